import { renderRefusal } from "#domain/commands/answers.ts";
import { statusRefusal } from "#domain/commands/refusal.ts";
import { roleFor } from "#domain/commands/roles.ts";
import { commandWord } from "#domain/commands/verbs.ts";
import { refusalOf } from "#domain/gate.ts";
import type { Reason } from "#protocol/words.ts";
import { type AskedCommand, type Deed, taskNowOf } from "./command-context.ts";
import { readLinks } from "./follow-links.ts";
import type { World } from "./ports/world.ts";
import { queueTask, snapshotOf, type Wish } from "./submit-task.ts";

/** Somebody who may start work asks for it by a command: the issue becomes a task as if they had put the label on. */
export async function runDeed(world: World, asked: AskedCommand): Promise<Deed> {
  const { command, comment, policy, problem, role } = asked;
  const { repository, thread, issue, actor, at } = comment;
  if (issue === null) return refusing(belongsOnIssue);
  if (policy === null) return refusing(problem ?? brokenPolicy);
  const [there, now] = await Promise.all([world.github.repository(repository), world.github.issue(repository, thread)]);
  const { publicRepositories } = world.operator;
  const refusal = refusalOf({
    actor,
    role,
    policy,
    repository: there,
    publicRepositories,
    needed: roleFor(command.verb, policy),
  });
  if (refusal !== null) return refusing(refusal);
  if (!now.isOpen) return refusing(closedIssue);
  const { title, body } = issue;
  const wish: Wish = {
    repository,
    issue: thread,
    title,
    body,
    by: actor.login,
    at,
    isLabel: false,
    isPlan: command.verb === "plan",
  };
  const snapshot = await snapshotOf(world, wish, now, policy);
  const links = await readLinks(world, repository, thread);
  return () => {
    const inTheWay = statusRefusal(asked.command, taskNowOf(world, comment));
    if (inTheWay !== null) return { isDone: false, answer: renderRefusal(inTheWay) };
    queueTask(world, wish, { policy, there, now, snapshot, links });
    world.bell.queue();
    return { isDone: true, answer: null };
  };
}

function refusing(reason: Reason): Deed {
  return () => ({ isDone: false, answer: renderRefusal(reason) });
}

const belongsOnIssue: Reason = {
  code: "not_an_issue",
  sentence: "Work is started from an issue, and this is a pull request.",
  advice: `Write \`/${commandWord} run\` on the issue; here \`/${commandWord} retry\` starts another attempt.`,
};
const closedIssue: Reason = {
  code: "issue_closed",
  sentence: "The issue is closed.",
  advice: `Reopen it, then write \`/${commandWord} run\` again.`,
};
const brokenPolicy: Reason = { code: "policy_broken", sentence: "The repository's policy file cannot be read." };
