/** Fills the disk that the folder is on, frees some of it again, and prints what the store said meanwhile. */
import { openSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { ProblemError } from "#operations/problem-error.ts";
import { openStore } from "#store/store.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("filler.ts <folder>");
const file = join(folder, "state.sqlite");
const [one, two, rest] = ["one", "two", "rest"].map((name) => join(folder, name)) as [string, string, string];
for (const ballast of [one, two]) writeFileSync(ballast, Buffer.alloc(1_500_000));

const guidOf = (count: number) => `${count}-${"x".repeat(5_000)}`;
const insert = (count: number): boolean => {
  const delivery = { guid: guidOf(count), hookId: "1", event: "issues", action: null, receivedAt: 0, happening: null };
  return store.transaction(() => store.deliveries.insert(delivery));
};
const refusalOf = (work: () => void): unknown => {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof ProblemError ? [error.problem.status, error.problem.code] : String(error);
  }
};

let store = openStore({ file });
let stored = 0;
const fill = () => {
  for (; stored < 10_000; stored += 1) insert(stored);
};
const full = [refusalOf(fill), refusalOf(fill)];
unlinkSync(one);
const afterwards = refusalOf(() => insert(stored));
store.close();

const filling = openSync(rest, "w");
const whileFull = refusalOf(() => {
  for (let bytes = 1; bytes > 0; ) bytes = writeSync(filling, Buffer.alloc(4_096));
});
const opening = refusalOf(() => openStore({ file }));
unlinkSync(two);
store = openStore({ file });
const lost = Array.from({ length: stored + 1 }, (_, count) => count).filter((count) => insert(count));
store.close();
process.stdout.write(JSON.stringify({ stored, full, afterwards, whileFull, opening, lost }));
