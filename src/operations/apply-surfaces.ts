import { planSurfaces, type SurfaceStep } from "#domain/surface-plan.ts";
import { pictureOf } from "#domain/surfaces/picture.ts";
import { currentRun, type TaskFacts, taskStateOf } from "#domain/task.ts";
import type { PullRequest } from "#protocol/task.ts";
import { GitHubRefusedError } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { loadQueue, queueReasonOf } from "./queue-view.ts";

const aboutToStartMs = 1_500;

/**
 * Makes GitHub show the task as it stands now, by writing only what differs from what was last written.
 * A crash between a write and its record doubles nothing: what we create is looked up before it is created.
 * @returns sentences about what GitHub will never take; everything else was written
 * @throws GitHubBusyError, and whatever else may go better another time
 */
export async function applySurfaces(world: World, taskId: number): Promise<string[]> {
  const refused = new Map<string, string>();
  const first = await writeOnce(world, taskId, refused);
  // Other places link to the pull request: the picture is another one as soon as it is there.
  if (first.some((step) => step.do === "open_pull_request")) await writeOnce(world, taskId, refused);
  return [...refused.values()];
}

/** Compares once and writes the difference. What changes meanwhile is for the next time: it has been marked due. */
async function writeOnce(world: World, taskId: number, refused: Map<string, string>): Promise<SurfaceStep[]> {
  const task = world.store.tasks.get(taskId);
  if (task === null || (task.issue === null && task.origin === undefined)) return [];
  const steps = stepsOf(world, task).filter((step) => !refused.has(step.place));
  const seen = steps.filter((step) => step.do === "react");
  if (seen.length > 0) {
    // 👀 at once; a free runner takes the run within moments, and "queued" is then never written.
    await writeAll(world, task, seen, refused);
    world.store.transaction(() => world.store.surfaces.markDue(taskId, world.clock() + aboutToStartMs));
    return seen;
  }
  await writeAll(world, task, steps, refused);
  return steps;
}

/** The steps up to one that changes the picture itself. */
function stepsOf(world: World, task: TaskFacts): SurfaceStep[] {
  const { store } = world;
  const taskId = task.id;
  const runs = store.runs.ofTask(taskId);
  const state = taskStateOf(task, runs, queueReasonOf(world, runs, loadQueue(world)));
  const run = currentRun(runs);
  const brief = run === null ? null : (store.followUps.of(run)?.brief ?? null);
  const picture = pictureOf({
    task,
    runs,
    brief,
    state,
    now: world.clock(),
    operator: world.operator,
    badge: world.github.badge,
  });
  const steps = planSurfaces({ picture, written: store.surfaces.ofTask(taskId), pullRequest: task.pullRequest });
  const opening = steps.findIndex((step) => step.do === "open_pull_request");
  return opening === -1 ? steps : steps.slice(0, opening + 1);
}

async function writeAll(
  world: World,
  task: TaskFacts,
  steps: readonly SurfaceStep[],
  refused: Map<string, string>,
): Promise<void> {
  for (const step of steps) {
    try {
      await write(world, task, step);
    } catch (error) {
      if (!(error instanceof GitHubRefusedError)) throw error;
      refused.set(step.place, `${step.do}: ${error.message}`);
    }
  }
}

async function write(world: World, task: TaskFacts, step: SurfaceStep): Promise<void> {
  const remoteId = await send(world, task, step);
  world.store.transaction(() => {
    const before = world.store.surfaces.get(task.id, step.place);
    world.store.surfaces.put({
      taskId: task.id,
      place: step.place,
      remoteId: remoteId ?? before?.remoteId ?? null,
      picture: step.picture,
      writtenAt: world.clock(),
    });
  });
}

/** @returns GitHub's id of what was created, null where nothing new was */
async function send(world: World, task: TaskFacts, step: SurfaceStep): Promise<string | null> {
  const { github } = world;
  const { repository } = task;
  const issue = task.issue?.number ?? 0;
  switch (step.do) {
    case "react":
      await github.acknowledge(repository, issue);
      return null;
    case "create_comment": {
      const there = await github.findComment(repository, issue, step.marker);
      if (there === null) return github.createComment(repository, issue, step.body);
      await github.updateComment(repository, there, step.body);
      return there;
    }
    case "update_comment":
      await github.updateComment(repository, step.remoteId, step.body);
      return null;
    case "show_label":
      await github.showLabel(repository, issue, step.label, step.before);
      return null;
    case "open_pull_request": {
      const there = await github.findPullRequest(repository, step.pullRequest.branch);
      const isOurs = there !== null && there.state === "open";
      const opened = isOurs ? there : await github.openPullRequest(repository, step.pullRequest);
      recordPullRequest(world, task.id, opened);
      return String(opened.number);
    }
    case "update_pull_request":
      await github.updatePullRequest(repository, step.number, step.pullRequest);
      return null;
    case "mark_ready":
      await github.markReady(repository, step.number);
      return null;
    case "create_check_run": {
      const there = await github.findCheckRun(repository, step.checkRun);
      if (there === null) return github.createCheckRun(repository, step.checkRun);
      // Made before a crash, with its annotations: GitHub would add them once more.
      await github.updateCheckRun(repository, there, { ...step.checkRun, annotations: [] });
      return there;
    }
    case "update_check_run":
    case "close_check_run":
      await github.updateCheckRun(repository, step.remoteId, step.checkRun);
      return null;
  }
}

function recordPullRequest(world: World, taskId: number, pullRequest: PullRequest): void {
  world.store.transaction(() => {
    const task = world.store.tasks.get(taskId);
    if (task === null) return;
    world.store.tasks.update({ ...task, pullRequest: { ...pullRequest, closedBy: null }, updatedAt: world.clock() });
  });
  world.bell.task(taskId);
}
