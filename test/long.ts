/**
 * Tests that take their time: tables in which a program is killed at every step, and whole fleets. `npm run test:long` runs
 * them, and the gate does; `npm test` stays quick without them.
 */
export const longTests = ["test/stories/points*.test.ts", "test/runner/run/crash.test.ts", "test/actions/*.test.ts"];
