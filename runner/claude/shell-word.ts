/** A path as one word for `sh`: Claude Code runs its helpers and hooks through a shell. */
export function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
