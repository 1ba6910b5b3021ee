/** A JSON object on its way out. */
export type Json = Record<string, unknown>;

/** GitHub's timestamps: UTC, whole seconds. */
export function at(date: Date): string;
export function at(date: Date | null): string | null;
export function at(date: Date | null): string | null {
  return date === null ? null : date.toISOString().replace(/\.\d+Z$/, "Z");
}
