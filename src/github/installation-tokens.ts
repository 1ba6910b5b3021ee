/**
 * The installation tokens that Octokit keeps for its own calls, up to 59 minutes of their hour. In memory only.
 * Ours instead of Octokit's, so that a token which GitHub no longer takes can be forgotten.
 */
export class InstallationTokens {
  readonly #kept = new Map<string, { value: string; until: number }>();

  /** Octokit's cache interface; the key starts with the installation's id. */
  get(key: string): string | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (performance.now() < kept.until) return kept.value;
    this.#kept.delete(key);
    return undefined;
  }

  set(key: string, value: string): void {
    this.#kept.set(key, { value, until: performance.now() + 59 * 60_000 });
  }

  /** @returns whether there was anything to forget */
  forget(installationId: number): boolean {
    const keys = [...this.#kept.keys()].filter((key) => key.split("|")[0] === String(installationId));
    for (const key of keys) this.#kept.delete(key);
    return keys.length > 0;
  }
}
