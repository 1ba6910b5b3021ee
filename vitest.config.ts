import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";
import { longTests, storyTests } from "./test/long.ts";

/** `SUITE` names those that `npm test` leaves out, or all of them. */
const others: Readonly<Record<string, string[]>> = {
  long: longTests,
  stories: storyTests,
  all: ["test/**/*.test.ts"],
};
const other = others[process.env.SUITE ?? ""];

/** The GitHub Action has Node's own SQLite in better-sqlite3's place: the store is proved on that, too. */
const onNodesSqlite = {
  extends: true as const,
  resolve: { alias: { "better-sqlite3": fileURLToPath(new URL("src/store/node-sqlite.ts", import.meta.url)) } },
  test: {
    name: "node:sqlite",
    include: ["test/src/store/*.test.ts"],
    // Programs that are killed load the store by themselves.
    exclude: ["test/src/store/crash.test.ts"],
  },
};

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "cc-orchestrator",
          include: other ?? ["test/**/*.test.ts"],
          exclude: other ? configDefaults.exclude : [...configDefaults.exclude, ...longTests, ...storyTests],
        },
      },
      ...(process.env.SUITE === "long" || process.env.SUITE === "stories" ? [] : [onNodesSqlite]),
    ],
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
      // The Action runs as its bundle, in jobs of its own, where nobody counts (test/actions). What the command line does
      // in a terminal of its own is not seen either, and counts as not covered.
      exclude: ["src/action/**"],
      reporter: ["text-summary", "json-summary"],
      reportOnFailure: true,
      thresholds: { lines: 90 },
    },
  },
});
