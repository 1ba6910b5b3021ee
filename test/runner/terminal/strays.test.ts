import { expect, test } from "vitest";
import { openJournal } from "#runner/journal.ts";
import { endStrays } from "#runner/strays.ts";
import { anOffer } from "#test/builders.ts";
import { aWorld } from "./world.ts";

test("a terminal of no run is ended, also while runs go on; those of runs in the journal stay (I6)", async () => {
  const { home, terminals, spec } = aWorld();
  const told: unknown[] = [];
  const log = { info: () => undefined, error: () => undefined, warn: (about: unknown) => void told.push(about) };
  const journal = openJournal(home);
  const entry = journal.begin(anOffer({ runId: 4, task: "TASK-3" }));
  for (const name of ["task-3-run-4", "task-3-run-4-2", "task-3-run-40", "task-30-run-4"])
    await terminals.start(spec({ name, sh: "exec sleep 60" }));
  const names = async () => (await terminals.list()).map(({ name }) => name).toSorted();
  await endStrays({ home, terminals, log });
  expect(await names()).toEqual(["task-3-run-4", "task-3-run-4-2"]);
  expect(told).toEqual([{ terminal: "task-3-run-40" }, { terminal: "task-30-run-4" }]);
  journal.finish(entry);
  // One that begins just then is in the journal by the time its terminal is there.
  const list = async () => {
    const found = await terminals.list();
    journal.begin(anOffer({ runId: 4, task: "TASK-3" }));
    return found;
  };
  await endStrays({ home, terminals: { ...terminals, list }, log });
  expect(await names()).toEqual(["task-3-run-4", "task-3-run-4-2"]);
});
