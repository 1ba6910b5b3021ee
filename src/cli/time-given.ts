import { UsageError } from "./errors.ts";

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

/** `90s`, `10m`, `2h`, `3d`, `1w` before now, or an instant such as `2026-05-01` or `2026-05-01T10:00`. */
export function instantBefore(flag: string, given: string, now: number): number {
  const [, digits, unit] = /^([0-9]{1,6})([smhdw])$/.exec(given.trim()) ?? [];
  if (digits !== undefined) return now - Number(digits) * unitsMs[unit as keyof typeof unitsMs];
  const at = /^\d{4}-\d{2}-\d{2}/.test(given) ? Date.parse(given) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new UsageError(`--${flag} cannot be "${given}".`, `Write for example --${flag} 2h, or --${flag} 2026-05-01.`);
}
