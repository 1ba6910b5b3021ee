import type { RunFacts } from "#domain/run.ts";
import { currentRun } from "#domain/task.ts";
import type { HeldRun, TerminalWish } from "#protocol/runner.ts";
import type { TaskName } from "#protocol/words.ts";
import { loadTask } from "./load-task.ts";
import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/** A person wants the session of a task that is being worked on for themselves. @throws ProblemError 404, 409 */
export function takeOver(world: World, name: TaskName, by: string): void {
  change(world, name, (run) => {
    const { takeover } = run;
    if (run.cancelAsked !== null) throw refusal(name, `${name} is being stopped.`, null);
    if (takeover === null) return { ...run, takeover: { by, at: world.clock(), state: "wanted" } };
    // Asked twice by the same person it is the same wish.
    if (takeover.by === by && takeover.state !== "returning") return run;
    throw refusal(
      name,
      takeover.state === "returning"
        ? `${name} is being handed back by ${takeover.by}.`
        : `${takeover.by} has taken ${name} over.`,
      `Watch: cc-orchestrator attach ${name} --read-only. Take it from them: cc-orchestrator instance handback ${name}`,
    );
  });
}

/** The session goes back to the runner, which goes on with it. @throws ProblemError 404, 409 */
export function handBack(world: World, name: TaskName): void {
  change(world, name, (run) => {
    const { takeover } = run;
    if (takeover === null) throw refusal(name, `Nobody has taken ${name} over.`, null);
    if (takeover.state === "wanted") {
      throw refusal(name, `${name} is being taken over at this moment.`, "Try again when that is done.");
    }
    return { ...run, takeover: { ...takeover, state: "returning" } };
  });
}

/** What people want of the terminals of these runs, but for what the runner knows already. */
export function terminalWishes(
  world: World,
  runner: RunnerFacts,
  held: readonly HeldRun[],
  told: readonly Pick<TerminalWish, "runId" | "at" | "want">[],
): TerminalWish[] {
  return held.flatMap(({ runId, epoch }) => {
    const run = world.store.runs.get(runId);
    if (run?.runnerId !== runner.id || run.epoch !== epoch || run.takeover === null) return [];
    const { by, at, state } = run.takeover;
    if (state === "held") return [];
    const want = state === "wanted" ? "take_over" : "hand_back";
    const isTold = told.some((one) => one.runId === runId && one.at === at && one.want === want);
    return isTold ? [] : [{ runId, by, at, want }];
  });
}

function change(world: World, name: TaskName, how: (run: RunFacts) => RunFacts): void {
  const { store } = world;
  store.transaction(() => {
    const task = loadTask(world, name);
    const run = currentRun(store.runs.ofTask(task.id));
    if (run?.status !== "in_progress") {
      const isAsking = run?.status === "waiting" && run.leaseUntil === null;
      throw refusal(
        name,
        isAsking ? `${name} waits for an answer, and no Claude is there.` : `${name} is not being worked on.`,
        isAsking ? `Answer it: cc-orchestrator task answer ${name} …` : `Start it: cc-orchestrator task run ${name}`,
      );
    }
    store.runs.update(how(run));
    store.surfaces.markDue(task.id, world.clock());
    world.bell.task(task.id);
    world.bell.work();
  });
}

function refusal(name: TaskName, title: string, advice: string | null): ProblemError {
  return new ProblemError({
    status: 409,
    code: "not_taken_over",
    title,
    advice: advice ?? `See how it stands: cc-orchestrator task show ${name}`,
  });
}
