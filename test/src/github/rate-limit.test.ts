import { describe, expect, test } from "vitest";
import { exhaustedUntil, isRateLimited, restUntil } from "#github/rate-limit.ts";

const now = Date.parse("2026-11-22T10:00:00Z");
const failure = { message: "", method: "POST", path: "/x" };

describe("F23: GitHub's ways of saying not now", () => {
  test.each([
    [429, {}, "", true],
    [403, { "retry-after": "30" }, "", true],
    [403, { "x-ratelimit-remaining": "0" }, "", true],
    [403, {}, "You have exceeded a secondary rate limit. Please wait", true],
    [403, { "x-ratelimit-remaining": "4999" }, "Resource not accessible by integration", false],
    [404, { "retry-after": "30" }, "", false],
    [500, {}, "", false],
  ])("%i %j %j → %s", (status, headers, message, expected) => {
    expect(isRateLimited({ ...failure, status, headers, message })).toBe(expected);
  });

  test.each<[string, Record<string, string>, number, number]>([
    ["retry-after in seconds", { "retry-after": "30" }, 0, 30_000],
    ["retry-after as a date", { "retry-after": "Sun, 22 Nov 2026 10:02:00 GMT" }, 0, 120_000],
    ["retry-after before the reset", { "retry-after": "5", ...exhausted(600) }, 0, 5_000],
    ["the reset of a used-up limit", exhausted(600), 0, 600_000],
    ["a reset that is past is a second away", exhausted(-5), 0, 1_000],
    ["no hint: a minute", {}, 0, 60_000],
    ["no hint, for the third time: four minutes", {}, 2, 240_000],
    ["never more than an hour without a hint", {}, 40, 3_600_000],
    ["never more than a day", { "retry-after": "99999999" }, 0, 86_400_000],
    ["nonsense is no hint", { "retry-after": "soon" }, 0, 60_000],
  ])("%s", (_what, headers, before, expected) => {
    expect(restUntil(headers, now, before) - now).toBe(expected);
  });

  test("no headers at all: a minute", () => {
    expect(restUntil(null, now, 0) - now).toBe(60_000);
  });

  test("F12: both instants are read by GitHub's clock, ours may be wrong", () => {
    const headers = { ...exhausted(600), date: new Date(now).toUTCString() };
    const wrong = now + 3_600_000;
    expect(restUntil(headers, wrong, 0) - wrong).toBe(600_000);
  });

  test("a limit with something left holds nothing", () => {
    expect(exhaustedUntil({ "x-ratelimit-remaining": "1", "x-ratelimit-reset": "1" }, now)).toBeNull();
    expect(exhaustedUntil({}, now)).toBeNull();
    expect(exhaustedUntil(exhausted(60), now)).toBe(now + 60_000);
  });
});

function exhausted(seconds: number): Record<string, string> {
  return { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1_000 + seconds) };
}
