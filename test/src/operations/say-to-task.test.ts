import { expect, test } from "vitest";
import { sayToTask } from "#operations/say-to-task.ts";
import { wordsWanted } from "#operations/say-words.ts";
import { showTask } from "#operations/show-tasks.ts";
import { succeeded } from "./bench.ts";
import { talking } from "./talking.ts";

const on = talking();

test("words to Claude about work that is in review go on with it at once, in the same session", async () => {
  await on.say("ada", "/claude run");
  await on.endRun(succeeded);
  const [first] = on.runs();
  if (first === undefined) throw new Error("there is no run");
  on.bench.store.runs.update({ ...first, claudeVersion: "2.1.0" });
  const { name, status } = showTask(on.bench.world, `TASK-${on.task().id}`);
  expect(status).toBe("in_review");
  sayToTask(on.bench.world, name, { by: "ada", text: "Greet in Dutch, too." });
  expect(showTask(on.bench.world, name).status).toBe("queued");
  const runner = on.bench.store.runners.get(first.runnerId ?? 0);
  if (runner === null) throw new Error("its runner is gone");
  const { runId, epoch, ...next } = on.bench.claim(runner);
  expect(next).toMatchObject({ purpose: "continue", resume: true, sessionId: first.sessionId });
  const heard = wordsWanted(on.bench.world, runner, [{ runId, epoch }], []).map(({ text }) => text);
  expect(`${next.prompt}\n${heard.join("\n")}`).toContain("Greet in Dutch, too.");
});

test("once it is merged nobody hears, and what to do instead is said", async () => {
  await on.say("ada", "/claude run");
  await on.endRun(succeeded);
  const task = on.task();
  if (task.pullRequest === null) throw new Error("there is no pull request");
  on.bench.store.tasks.update({ ...task, pullRequest: { ...task.pullRequest, state: "merged" } });
  expect(() => sayToTask(on.bench.world, `TASK-${task.id}`, { by: "ada", text: "Hello?" })).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ status: 409, code: "not_running" }) }),
  );
  expect(on.runs()).toHaveLength(1);
});
