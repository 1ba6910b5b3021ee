import { renderRefusal, renderWrong } from "#domain/commands/answers.ts";
import type { Command, Wrong } from "#domain/commands/command.ts";
import { mayCommand, parseCommands } from "#domain/commands/parse-commands.ts";
import { askedTooMuch, askingWindowMs, mostAsked, permissionRefusal } from "#domain/commands/refusal.ts";
import { roleFor } from "#domain/commands/roles.ts";
import { commandWord } from "#domain/commands/verbs.ts";
import { isAtLeast, mayWritePrompt } from "#domain/gate.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import type { AskedCommand, Commented, Deed, Outcome } from "./command-context.ts";
import { deedOf } from "./command-deeds.ts";
import { hearComment } from "./hear-comment.ts";
import type { World } from "./ports/world.ts";
import { putReply } from "./put-reply.ts";
import { reactTo } from "./react-to.ts";
import { readPolicy } from "./read-policy.ts";
import { recordCommand } from "./record-command.ts";
import { roleOf } from "./role-of.ts";

/**
 * Carries out what a comment asks for, each command once and in order: 👀 at once, then 👍 or 👎, and an answer where
 * the reaction leaves something unsaid. A comment without commands costs no call.
 */
export async function answerComment(world: World, comment: Commented): Promise<void> {
  const found = await commandsIn(world, comment);
  if (found.length === 0) return hearComment(world, comment);
  if (comment.actor.isBot && !(await isHeard(world, comment))) return;
  if (await isTooMuch(world, comment)) return;
  if (!(await reactTo(world, comment, "eyes"))) return;
  const facts = await factsOf(world, comment, found);
  const done = world.store.commands.ofComment(comment.repository.id, comment.comment).length;
  for (const [ordinal, one] of found.entries()) {
    if (ordinal < done) continue;
    const deed =
      one.verb === null ? refusing(renderWrong(one)) : await permittedDeed(world, { ...facts, command: one });
    record(world, comment, ordinal, lineOf(one), deed);
  }
  const outcomes = world.store.commands.ofComment(comment.repository.id, comment.comment);
  const isDone = outcomes.every((one) => one.isDone);
  // Words for Claude are acknowledged when it has heard them.
  if (isDone && world.store.words.isOpen(comment.repository.id, comment.comment)) return;
  await reactTo(world, comment, isDone ? "+1" : "-1");
}

/** Without a call for a bot that nobody has named. */
async function isHeard(world: World, { repository, actor }: Commented): Promise<boolean> {
  const policy = world.store.policies.get(repository.id)?.policy ?? defaultPolicy;
  return isAtLeast(await roleOf(world, repository, actor, policy), policy.role);
}

/** Somebody who may not steer asks without end: once they are told so, then there is no answer and no call for a while. */
async function isTooMuch(world: World, comment: Commented): Promise<boolean> {
  const { repository, actor } = comment;
  const { store } = world;
  // A delivery that is worked again goes on where it was.
  if (store.commands.ofComment(repository.id, comment.comment).length > 0) return false;
  const before = store.commands.countBy(repository.id, actor.login, world.clock() - askingWindowMs);
  if (before < mostAsked) return false;
  const policy = store.policies.get(repository.id)?.policy ?? defaultPolicy;
  if (mayWritePrompt(await roleOf(world, repository, actor, policy), policy)) return false;
  if (before === mostAsked) {
    const line = `/${policy.command_word} …`;
    record(world, comment, 0, line, refusing(renderRefusal(askedTooMuch())));
  }
  return true;
}

async function commandsIn(world: World, comment: Commented): Promise<(Command | Wrong)[]> {
  const { body, repository, thread, isPullRequest } = comment;
  if (!mayCommand(body, isPullRequest)) return [];
  // Only where a task is at work does the app's name mean something, and only then is GitHub asked for it.
  const isOurs = isPullRequest && world.store.tasks.byPullRequest(repository.id, thread) !== null;
  const login = isOurs && body.includes("@") ? await world.github.whoAmI() : null;
  const word = world.store.policies.get(repository.id)?.policy.command_word ?? defaultPolicy.command_word;
  // Where a person's token stands for the app, that name means the person.
  return parseCommands(body, { word, appName: login?.endsWith("[bot]") ? login.replace(/\[bot\]$/, "") : null });
}

type Facts = Omit<AskedCommand, "command">;

async function factsOf(world: World, comment: Commented, found: readonly (Command | Wrong)[]): Promise<Facts> {
  const { repository, actor } = comment;
  const now = await readPolicy(world, repository);
  const policy = now.policy ?? defaultPolicy;
  const steers = found.some((one) => one.verb !== null && roleFor(one.verb, policy) !== "none");
  const role = steers ? await roleOf(world, repository, actor, policy) : null;
  return { comment, role, policy: now.policy, problem: now.problem?.reason ?? null };
}

async function permittedDeed(world: World, asked: AskedCommand): Promise<Deed> {
  const { command, comment, role } = asked;
  const policy = asked.policy ?? defaultPolicy;
  const { login } = comment.actor;
  const refusal = permissionRefusal({ command, login, role, policy, at: comment.at, now: world.clock() });
  return refusal === null ? deedOf(world, asked) : refusing(renderRefusal(refusal));
}

function refusing(answer: string): Deed {
  return () => ({ isDone: false, answer });
}

/** The deed, its record and the answer: all of it or nothing. */
function record(world: World, comment: Commented, ordinal: number, line: string, deed: Deed): void {
  const { repository, thread, actor } = comment;
  const { store } = world;
  store.transaction(() => {
    const outcome: Outcome = deed();
    const said = { repositoryId: repository.id, comment: comment.comment, ordinal, thread, by: actor.login, line };
    recordCommand(world, { ...said, ...outcome, at: world.clock() }, { task: comment.task ?? null });
    if (outcome.answer !== null) putReply(world, repository, thread);
  });
  world.bell.work();
}

function lineOf(found: Command | Wrong): string {
  switch (found.verb) {
    case null:
      return found.line === "" ? `/${commandWord}` : found.line;
    case "say":
    case "answer":
      return `/${commandWord} ${found.verb} ${found.text.split("\n", 1)[0] ?? ""}`.slice(0, 120);
    case "priority":
      return `/${commandWord} priority ${found.priority}`;
    case "budget":
      return `/${commandWord} budget ${found.usd}`;
    default:
      return `/${commandWord} ${found.verb}`;
  }
}
