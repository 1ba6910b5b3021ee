/** Whole stories that take their time: `npm run test:stories`, which the gate runs beside `npm test`. */
export const storyTests = [
  "test/stories/{trouble,reconcile,seen,questions,several-questions,conversation,plans,limits,commands,wishes,model-key,login-device,token,jira,places-away}.test.ts",
  "test/stories/{secrets,storm,storage-trouble}.test.ts",
  "test/demo/*.test.ts",
  "test/dashboard/{hands,accessible,keys,offline,pages,many,people}.test.ts",
  "test/release.test.ts",
  "test/src/cli/{up,doctor-mends}.test.ts",
  "test/src/operations/{app-loss,quiet-hour,write-faults}.test.ts",
  "test/actions/{inputs,trouble}.test.ts",
];

/**
 * Tables in which a program is killed at every step, stories that wait, and whole fleets: `npm run test:long`. `npm test`
 * stays quick without either.
 */
export const longTests = [
  "test/stories/{points*,recovery,follow-ups,unfinished-merge,usage-limit,takeover,burst,stale-runner}.test.ts",
  "test/runner/run/crash.test.ts",
  "test/actions/{cancelled,clouds,examples,lost-state,overflow,pruned,runner,standalone}.test.ts",
];
