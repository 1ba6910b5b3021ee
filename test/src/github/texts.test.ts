import { expect, test } from "vitest";
import { boundedText, boundedTitle } from "#github/bounded-text.ts";

test("a text that fits is left as it is", () => {
  const text = "é".repeat(30_000);
  expect(boundedText(text)).toBe(text);
});

test("a longer text keeps its beginning, in whole characters, and says so", () => {
  const bounded = boundedText("🙂".repeat(20_000));
  expect(Buffer.byteLength(bounded)).toBeLessThanOrEqual(60_000);
  expect(Buffer.byteLength(bounded)).toBeGreaterThan(59_990);
  expect(bounded).toMatch(/^(🙂)+\n\n_The rest is left out/u);
  expect(bounded).not.toContain("\uFFFD");
});

test("a title is cut between characters", () => {
  expect(boundedTitle("🙂🙂🙂", 3)).toBe("🙂🙂🙂");
  expect(boundedTitle("🙂🙂🙂🙂", 3)).toBe("🙂🙂…");
});
