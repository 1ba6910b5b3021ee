import { renderRefusal, renderWrong } from "#domain/commands/answers.ts";
import type { Command } from "#domain/commands/command.ts";
import { askedTooMuch, askingWindowMs, mostAsked, permissionRefusal } from "#domain/commands/refusal.ts";
import { doneSentence, spokenCommand } from "#domain/commands/spoken-command.ts";
import { commandWord } from "#domain/commands/verbs.ts";
import { isAtLeast } from "#domain/gate.ts";
import { isLocal } from "#domain/local.ts";
import { currentRun, type RepositoryRef, type TaskFacts, taskIdOf, taskName } from "#domain/task.ts";
import { plainWords } from "#domain/text/plain-words.ts";
import { defaultPolicy, type Policy, type Role } from "#protocol/policy.ts";
import type { Reason } from "#protocol/words.ts";
import { type AskedCommand, type Commented, type Deed, type Outcome, taskNowOf } from "./command-context.ts";
import { deedOf } from "./command-deeds.ts";
import type { AnsweredElsewhere, AskedElsewhere } from "./ports/elsewhere.ts";
import { GitHubRefusedError } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { readPolicy } from "./read-policy.ts";
import { recordCommand } from "./record-command.ts";
import { roleOf } from "./role-of.ts";

/** Where the command belongs: an issue or a pull request, and the task that is meant, if one is. */
type Subject = { repository: RepositoryRef; thread: number; isPullRequest: boolean; task: TaskFacts | null };

/**
 * Carries out what somebody asks for in a place outside GitHub, as if they had written it in a comment: GitHub is asked
 * for their role at that moment, and the same request is carried out once, however often it comes. In what GitHub shows
 * to collaborators only, even a look takes the role `read`.
 * @throws when GitHub does not answer
 */
export async function answerElsewhere(world: World, asked: AskedElsewhere): Promise<AnsweredElsewhere> {
  const command = spokenCommand(asked.verb, asked.words);
  if (command.verb === null) return said({ isDone: false, answer: renderWrong(command) });
  const subject = await subjectOf(world, asked.of);
  if ("sentence" in subject) return said(refusal(subject), subject.code);
  const { repository } = subject;
  const known = answered(world, repository, asked.key);
  if (known !== null) return said(inFull(world, known, command, subject));
  const { policy, problem } = await readPolicy(world, repository);
  const role = await roleOf(world, repository, { login: asked.login, isBot: false }, policy ?? defaultPolicy);
  const reason = permission(world, { command, asked, role, policy: policy ?? defaultPolicy, repository });
  const comment =
    reason === null ? await commentOf(world, subject, asked, command) : bareComment(world, subject, asked);
  const facts: AskedCommand = { command, comment, role, policy, problem: problem?.reason ?? null };
  const deed = reason === null ? await deedOf(world, facts) : () => refusal(reason);
  const outcome = record(world, facts, { asked, task: subject.task, deed });
  world.bell.work();
  return said(inFull(world, outcome, command, subject), reason?.code);
}

/** In a comment 👍 would say that it is done. */
function inFull(world: World, outcome: Outcome, command: Command, { repository, thread, task }: Subject): Outcome {
  const id = task?.id ?? world.store.tasks.byIssue(repository.id, thread)?.id;
  const name = id === undefined ? "the issue" : taskName(id);
  return { ...outcome, answer: outcome.answer ?? doneSentence(command, name) };
}

async function subjectOf(world: World, of: AskedElsewhere["of"]): Promise<Subject | Reason> {
  if (typeof of === "string") {
    const task = world.store.tasks.get(taskIdOf(of));
    if (task === null) return { code: "task_not_found", sentence: `There is no ${of}.` };
    const { repository, issue, pullRequest } = task;
    if (isLocal(repository)) return noCollaborators(of);
    return { repository, thread: issue?.number ?? pullRequest?.number ?? 0, isPullRequest: issue === null, task };
  }
  try {
    return { repository: await world.github.find(of.repository), thread: of.issue, isPullRequest: false, task: null };
  } catch (error) {
    if (!(error instanceof GitHubRefusedError)) throw error;
    return {
      code: "no_repository",
      sentence: `The App is not installed in a repository ${of.repository}.`,
      advice: "Write it as owner/name#12.",
    };
  }
}

function noCollaborators(name: string): Reason {
  return {
    code: "no_collaborators",
    sentence: `${name} is in a repository of the control plane's machine, of which GitHub knows no roles.`,
    advice: "Steer it on the dashboard or on the command line.",
  };
}

function answered(world: World, { id }: RepositoryRef, key: string): Outcome | null {
  return world.store.commands.ofComment(id, key)[0] ?? null;
}

function permission(
  world: World,
  of: { command: Command; asked: AskedElsewhere; role: Role | null; policy: Policy; repository: RepositoryRef },
): Reason | null {
  const { command, role, policy, repository } = of;
  const { login } = of.asked;
  const now = world.clock();
  const refused = permissionRefusal({ command, login, role, policy, at: now, now });
  if (refused !== null) {
    const before = world.store.commands.countBy(repository.id, login, now - askingWindowMs);
    return before >= mostAsked ? askedTooMuch() : refused;
  }
  if (role !== null && isAtLeast(role, "read")) return null;
  const what = role === null ? "GitHub did not tell which role" : "This takes the role read in the repository;";
  return {
    code: "role_too_low",
    sentence: role === null ? `${what} ${login} has there.` : `${what} ${login} has none.`,
  };
}

/** As GitHub would tell of it; the issue's words are read only where the work is to begin with them. */
async function commentOf(world: World, subject: Subject, asked: AskedElsewhere, command: Command): Promise<Commented> {
  const comment = bareComment(world, subject, asked);
  const isWish = command.verb === "run" || command.verb === "plan";
  if (!isWish || subject.isPullRequest) return comment;
  const { title, body } = await world.github.issue(subject.repository, subject.thread);
  return { ...comment, issue: { title, body } };
}

function bareComment(world: World, subject: Subject, { key, login, words }: AskedElsewhere): Commented {
  const { repository, thread, isPullRequest, task } = subject;
  const itself = task?.origin === undefined ? {} : { task: task.id };
  const actor = { login, isBot: false };
  const at = world.clock();
  const place = { repository, thread, isPullRequest, ...itself };
  return { kind: "commented", ...place, issue: null, comment: key, body: words, actor, at };
}

/** The deed and its record: both or neither, and once. */
function record(
  world: World,
  { comment, command }: AskedCommand,
  of: { asked: AskedElsewhere; task: TaskFacts | null; deed: Deed },
): Outcome {
  const { store } = world;
  const { asked, task } = of;
  return store.transaction(() => {
    const known = answered(world, comment.repository, asked.key);
    if (known !== null) return known;
    const reason = overtaken(world, comment, task, asked.question);
    const outcome = reason === null ? of.deed() : refusal(reason);
    const line = `/${commandWord} ${command.verb} ${asked.words.split("\n", 1)[0] ?? ""}`.trim().slice(0, 120);
    const { repository, thread } = comment;
    const said = { repositoryId: repository.id, comment: asked.key, ordinal: 0, thread, by: asked.login, line };
    recordCommand(world, { ...said, ...outcome, at: world.clock() }, { task: task?.id ?? null });
    return outcome;
  });
}

/** Why what the person saw is not what there is any more; null when it is. */
function overtaken(world: World, comment: Commented, task: TaskFacts | null, question?: string): Reason | null {
  if (task === null) return null;
  const now = taskNowOf(world, comment);
  if (now !== null && now.task.id !== task.id) {
    const sentence = `${taskName(task.id)} is over; its issue is ${taskName(now.task.id)} now.`;
    return { code: "task_replaced", sentence };
  }
  if (question === undefined) return null;
  const run = currentRun(now?.runs ?? []);
  const asked = run?.question?.askedAt ?? run?.completedAt;
  if (asked != null && new Date(asked).toISOString() === question) return null;
  return { code: "question_over", sentence: "That is no longer what Claude asks, so nothing was done." };
}

function refusal(reason: Reason): Outcome {
  return { isDone: false, answer: renderRefusal(reason) };
}

function said({ isDone, answer }: Outcome, code?: string): AnsweredElsewhere {
  return { isDone, sentence: plainWords(answer ?? ""), ...(code === undefined ? {} : { code }) };
}
