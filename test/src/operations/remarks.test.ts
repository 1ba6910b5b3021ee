import { afterEach, beforeEach, expect, test } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { remarkOnDiff } from "#operations/remark-on-diff.ts";
import { showDiff } from "#operations/show-diff.ts";
import { showTask } from "#operations/show-tasks.ts";
import { type Bench, openBench } from "./bench.ts";
import { labelled, quietGitHub } from "./quiet-github.ts";

let bench: Bench;
beforeEach(async () => {
  bench = openBench(quietGitHub().github);
  acceptDelivery(bench.world, labelled(1, bench.world.clock()));
  await bench.workDeliveries();
});
afterEach(() => bench.close());

const remarks = [{ path: "a.ts", line: 2, quote: "const a = 1;", text: "Why?" }];
const snapshot = () =>
  bench.store.tasks
    .get(1)
    ?.snapshot.comments.map(({ body }) => body)
    .join("\n") ?? "";

test("remarks on a queued task are in its request", () => {
  remarkOnDiff(bench.world, "TASK-1", { by: "ada", remarks });
  expect(snapshot()).toContain("Line 2: `const a = 1;`\nWhy?");
});

test("remarks on a task that is at work go to its session", () => {
  bench.claim(bench.addRunner());
  remarkOnDiff(bench.world, "TASK-1", { by: "ada", remarks });
  expect(bench.store.words.undelivered(1)).toMatchObject([{ by: "ada", text: expect.stringContaining("### a.ts") }]);
});

test("remarks on a task that has ended start another run of it", () => {
  cancelTask(bench.world, "TASK-1", "ada");
  expect(showTask(bench.world, "TASK-1").status).toBe("completed");
  remarkOnDiff(bench.world, "TASK-1", { by: "ada", remarks });
  expect(showTask(bench.world, "TASK-1").status).toBe("queued");
  expect(snapshot()).toContain("Why?");
});

test("nothing pushed yet is told as such", async () => {
  await expect(
    showDiff({ ...bench.world, github: { ...bench.world.github, branchDiff: async () => null } }, "TASK-1"),
  ).rejects.toThrow("TASK-1 has changed nothing yet.");
});
