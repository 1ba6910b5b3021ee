import { expect, test } from "vitest";
import { growth, linear } from "./growth.ts";

test("work that looks at each character for each other one is not linear, and the check says so", () => {
  const quadratic = (text: string) => {
    let same = 0;
    for (const a of text) for (const b of text) if (a === b) same += 1;
    return same;
  };
  expect(growth(quadratic, "x".repeat(8_000))).toBeGreaterThan(linear);
  expect(growth((text) => text.split("").reverse().join(""), "x".repeat(400_000))).toBeLessThan(linear);
});
