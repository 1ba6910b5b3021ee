import type { Failure } from "./failure.ts";

type Headers = Record<string, string | undefined>;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Whether GitHub answered "not now" and not "no". */
export function isRateLimited(failure: Failure): boolean {
  if (failure.status === 429) return true;
  if (failure.status !== 403) return false;
  return (
    failure.headers?.["retry-after"] !== undefined ||
    failure.headers?.["x-ratelimit-remaining"] === "0" ||
    /secondary rate limit|rate limit exceeded|abuse detection/i.test(failure.message)
  );
}

/**
 * Until when to keep still after a "not now".
 * In GitHub's own order: `retry-after`, else the reset of an exhausted limit, else at least a minute and twice as long
 * each time it happens again. https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 * @param now milliseconds since 1970
 * @param before how many of these came in a row before this one
 */
export function restUntil(headers: Headers | null, now: number, before: number): number {
  const asked = retryAfterMs(headers?.["retry-after"], now);
  if (asked !== null) return now + clamp(asked);
  const reset = resetOf(headers ?? {}, now);
  if (reset !== null) return reset;
  return now + Math.min(hour, minute * 2 ** Math.min(before, 10));
}

/** When the limit that this answer has used up starts anew; null while something is left of it. */
export function exhaustedUntil(headers: Headers, now: number): number | null {
  return resetOf(headers, now);
}

function resetOf(headers: Headers, now: number): number | null {
  if (headers["x-ratelimit-remaining"] !== "0") return null;
  const reset = Number(headers["x-ratelimit-reset"]);
  if (!Number.isFinite(reset) || reset <= 0) return null;
  // Both instants by GitHub's clock: ours may be wrong by hours.
  const theirNow = Date.parse(headers.date ?? "");
  const left = reset * 1_000 - (Number.isNaN(theirNow) ? now : theirNow);
  return now + clamp(left);
}

function retryAfterMs(value: string | undefined, now: number): number | null {
  if (value === undefined || value.trim() === "") return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at - now;
}

function clamp(ms: number): number {
  return Math.min(day, Math.max(1_000, ms));
}
