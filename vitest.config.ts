import { configDefaults, defineConfig } from "vitest/config";
import { longTests } from "./test/long.ts";

/** `LONG=1` runs the tests that `npm test` leaves out. */
const isLong = process.env.LONG === "1";

export default defineConfig({
  test: {
    include: isLong ? longTests : ["test/**/*.test.ts"],
    exclude: isLong ? configDefaults.exclude : [...configDefaults.exclude, ...longTests],
    // Real processes start in most of these tests; two cores carry two files at a time.
    maxWorkers: 2,
    testTimeout: 120_000,
    // A shared machine may stall a browser or a real Claude for seconds: the gate asks again before it says no. At a desk a
    // test that fails once fails.
    retry: process.env.CI ? 2 : 0,
    hookTimeout: 60_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "runner/**/*.ts"],
      reporter: ["text-summary", "json-summary"],
      reportOnFailure: true,
      thresholds: { lines: 90 },
    },
  },
});
