/**
 * Tests that take their time: tables in which a program is killed at every step, stories that wait, and whole fleets.
 * `npm run test:long` runs them; `npm test` stays quick without them.
 */
export const longTests = [
  "test/stories/{points*,recovery,follow-ups,usage-limit,takeover,burst,stale-runner}.test.ts",
  "test/runner/run/crash.test.ts",
  "test/actions/*.test.ts",
];
