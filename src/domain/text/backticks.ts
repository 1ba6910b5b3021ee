/** The runs of backticks of a line, and for each the next one of equal length. */
export class BacktickRuns {
  readonly #closes = new Map<number, number | null>();
  readonly #lengths = new Map<number, number>();

  constructor(line: string) {
    const next = new Map<number, number>();
    const runs = Array.from(line.matchAll(/`+/g)).reverse();
    for (const run of runs) {
      const length = run[0].length;
      this.#lengths.set(run.index, length);
      this.#closes.set(run.index, next.get(length) ?? null);
      next.set(length, run.index);
    }
  }

  lengthAt(at: number): number {
    return this.#lengths.get(at) ?? 1;
  }

  closeOf(at: number): number | null {
    return this.#closes.get(at) ?? null;
  }
}
