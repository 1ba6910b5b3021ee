import { expect, test } from "vitest";
import { besidesMasks, masked } from "#test/actions/job.ts";

const printed = "before: key-1\n::add-mask::key-1\nit is key-1, key-1\n::add-mask::100%25\n::error::of 100%\n";

test("the log of a job in a test is shown as GitHub shows it: what was masked is hidden from then on", () => {
  expect(masked(printed)).toBe("before: key-1\nit is ***, ***\n::error::of ***\n");
});

test("what a test looks for secrets in hides nothing", () => {
  expect(besidesMasks(printed)).toBe("before: key-1\nit is key-1, key-1\n::error::of 100%\n");
});
