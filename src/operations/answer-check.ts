import { renderRefusal } from "#domain/commands/answers.ts";
import { permissionRefusal, statusRefusal } from "#domain/commands/refusal.ts";
import type { Happening } from "#domain/happening.ts";
import { commandOfButton, wordOfPress } from "#domain/surfaces/check-buttons.ts";
import { currentRun, type TaskFacts, taskName, taskStateOf } from "#domain/task.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import type { Reason } from "#protocol/words.ts";
import { approve } from "./approve-task.ts";
import { followAsked } from "./follow-asked.ts";
import type { World } from "./ports/world.ts";
import { putReply } from "./put-reply.ts";
import { readPolicy } from "./read-policy.ts";
import { recordCommand } from "./record-command.ts";
import { retryTask } from "./retry-task.ts";
import { roleOf } from "./role-of.ts";

type CheckAsked = Extract<Happening, { kind: "check_asked" }>;

/** Tasks among which the check run is looked for. */
const newestTasks = 500;

/**
 * Somebody pressed a button of our check run, or "Re-run": another attempt, if they may ask for one. GitHub sets what is
 * re-run back to "queued" by itself, so that whatever comes of it, the check run is written anew.
 */
export async function answerCheck(world: World, happening: CheckAsked): Promise<void> {
  const task = taskOf(world, happening);
  if (task === null) return;
  const command = commandOfButton(happening.button);
  if (command === null || isAnswered(world, happening)) return;
  const policy = (await readPolicy(world, happening.repository)).policy ?? defaultPolicy;
  const { login } = happening.actor;
  const role = await roleOf(world, happening.repository, happening.actor, policy);
  const asked = { command, login, role, policy, at: happening.at, now: world.clock() };
  const refusal = permissionRefusal(asked);
  const { store } = world;
  const { verb } = command;
  const begin =
    refusal === null && (verb === "continue" || verb === "fix-ci") ? await followAsked(world, task, verb, login) : null;
  store.transaction(() => {
    const now = store.tasks.get(task.id) ?? task;
    const runs = store.runs.ofTask(task.id);
    // "Re-run all checks" is mostly meant for others' checks: work that ended well is not done again for it.
    const isForOthers = happening.checkRun === null && currentRun(runs)?.conclusion === "success";
    const state = taskStateOf(now, runs, null);
    const approval = () => (verb === "approve" ? approve(world, now, login) : null);
    const reason = refusal ?? statusRefusal(command, { task: now, state }) ?? begin?.() ?? approval();
    if (reason === null && !isForOthers && verb === "retry") retryTask(world, taskName(task.id));
    if (!isForOthers) answer(world, happening, now, reason);
    writeAnew(world, happening, task.id);
  });
  world.bell.work();
}

function taskOf(world: World, { repository, headSha, checkRun }: CheckAsked): TaskFacts | null {
  const { tasks, runs, surfaces } = world.store;
  const isIts = (task: TaskFacts) => {
    if (task.repository.id !== repository.id) return false;
    const written = surfaces.get(task.id, `check:${headSha}`);
    // GitHub may show one that we died over before it was recorded, and tells us of no other app's.
    if (written === null) return checkRun !== null && runs.ofTask(task.id).some((run) => run.headSha === headSha);
    return (checkRun ?? written.remoteId) === written.remoteId;
  };
  return tasks.list({ repository: repository.name, limit: newestTasks }).find(isIts) ?? null;
}

/** How a press is known again: whoever worked its delivery may die before that is marked as done. */
function nameOf({ checkRun, headSha, at }: CheckAsked): string {
  return `check ${checkRun ?? headSha} ${at}`;
}

function isAnswered(world: World, happening: CheckAsked): boolean {
  return world.store.commands.ofComment(happening.repository.id, nameOf(happening)).length > 0;
}

/** Records the press; why nothing came of it is said on the issue: a check run has no place for an answer. */
function answer(world: World, happening: CheckAsked, task: TaskFacts, reason: Reason | null): void {
  if (task.issue === null) return;
  const { repository, actor, button } = happening;
  const pressed = { repositoryId: repository.id, comment: nameOf(happening), ordinal: 0, by: actor.login };
  const line = wordOfPress(button);
  const outcome = { isDone: reason === null, answer: reason === null ? null : renderRefusal(reason) };
  const thread = task.issue.number;
  recordCommand(world, { ...pressed, thread, line, ...outcome, at: world.clock() }, { task: task.id });
  if (reason !== null) putReply(world, repository, task.issue.number);
}

/** Forgets what the check run was last known to show. */
function writeAnew(world: World, { headSha }: CheckAsked, taskId: number): void {
  const { surfaces } = world.store;
  const written = surfaces.get(taskId, `check:${headSha}`);
  if (written === null) return;
  const shown: object = JSON.parse(written.picture);
  surfaces.put({ ...written, picture: JSON.stringify({ ...shown, title: "" }) });
  surfaces.markDue(taskId, world.clock());
}
