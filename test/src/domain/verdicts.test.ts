import { describe, expect, test } from "vitest";
import { noVerdicts, verdictsAt, withCheck, withReview } from "#domain/verdicts.ts";
import type { Check, Review } from "#protocol/verdicts.ts";

const [old, head] = ["a".repeat(40), "b".repeat(40)];
const check = (of: Partial<Check> = {}): Check => ({
  id: 7,
  app: "ci",
  name: "test",
  state: "passed",
  url: null,
  ...of,
});
const review = (state: Review["state"], minute: number, author = "grace"): Review => ({
  author,
  state,
  at: new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString(),
});

describe("what others say of a pull request", () => {
  test("keeps one line for each check: the newest run of it", () => {
    const begun = withCheck(noVerdicts(head), check({ state: "pending" }));
    const ended = withCheck(begun, check({ state: "failed" }));
    expect(ended.checks).toEqual([check({ state: "failed" })]);
    expect(withCheck(ended, check({ id: 9, state: "pending" })).checks[0]?.state).toBe("pending");
  });

  test("takes no news that comes late for newer ones", () => {
    const ended = withCheck(noVerdicts(head), check({ state: "failed" }));
    expect(withCheck(ended, check({ state: "pending" }))).toBe(ended);
    expect(withCheck(ended, check({ id: 3, state: "passed" }))).toBe(ended);
  });

  test("forgets the checks with the commit that they were of, and keeps the reviews", () => {
    const known = withReview(withCheck(noVerdicts(old), check()), review("approved", 1));
    expect(verdictsAt(known, head)).toEqual({ ...noVerdicts(head), reviews: [review("approved", 1)] });
    expect(verdictsAt(known, old)).toBe(known);
  });

  test("a comment takes no approval back, a later request for changes does, whatever comes first", () => {
    const approved = withReview(noVerdicts(head), review("approved", 1));
    expect(withReview(approved, review("commented", 2))).toBe(approved);
    const asked = withReview(approved, review("changes_requested", 3));
    expect(asked.reviews).toEqual([review("changes_requested", 3)]);
    expect(withReview(asked, review("approved", 2))).toBe(asked);
    expect(withReview(asked, review("dismissed", 4)).reviews).toEqual([review("dismissed", 4)]);
  });
});
