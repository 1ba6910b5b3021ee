import { stateLabels } from "../picture.ts";
import { code } from "../surfaces/words.ts";
import { alignedTable } from "./aligned-table.ts";
import { commandWord, usageOf, type Verb, verbNames, verbs } from "./verbs.ts";

/** The documentation page about commands, made from their table. */
export function renderCommandsPage(): string {
  const rows = verbNames.map((verb) => {
    const who = verbs[verb].role === "none" ? "anybody" : "who may start work";
    return [code(usageOf(verb)), verbs[verb].description, who, whenOf(verb)];
  });
  return `${[
    "<!-- Made by `node test/docs/write.ts` from src/domain/commands/verbs.ts. -->",
    "# Commands in comments",
    `Work is steered where it is talked about: in a comment on the issue or on its pull request. A command stands at the start of a line and begins with ${code(`/${commandWord}`)}; a comment may hold several, each on a line of its own. They are carried out in the order in which they were written. From a terminal: [cli.md](cli.md).`,
    alignedTable(["command", "what it does", "who may", "when"], rows),
    "Who may start work is said by `role` in the repository's [policy](policy.md): `write` unless it says something else; `roles` gives single commands a role of their own, and `command_word` another word to all of them. GitHub is asked for the role each time. Whoever may not steer is answered ten times in ten minutes, and then no more for a while.",
    "## What you see",
    "👀 on your comment says that the command was seen; 👍 that it was carried out, 👎 that it was not. Where there is more to say, one comment of the app under the issue or pull request says it. That comment is replaced by the next answer, so that answers never pile up.",
    "A verb that does not exist is answered with the one that was probably meant. A command that reaches the app more than an hour after it was written is not carried out, and the answer says so. GitHub keeps what it could not deliver for three days and is asked for it once a minute, so that no command is lost with the server down; comments are not searched for commands otherwise.",
    `The issue also carries one label that says how its task stands: ${labelWords()}.`,
    "## What is no command",
    "Lines in code, in quotes, in lists or in HTML comments; anything that is hidden from whoever reads the comment; comments that were edited into a command; comments by bots that `bots` in the policy does not name, and the app's own.",
    "## On the pull request",
    `There, a line that begins with the app's own name (${code("@cc-orchestrator")} unless it was installed under another) is ${code(`/${commandWord} say`)}: everything behind it is for Claude. Words that are said while a run goes on reach Claude at its next step.`,
    "## Without a command",
    `While a run is queued, at work or waiting, every comment on the issue or its pull request by somebody who may start work is for Claude: it answers what Claude asks, or else Claude reads it at its next step. 👀 says that it was seen, and 👍 that Claude has read it. Of several choices the number is enough; with several questions, one line answers each, such as ${code("1: 2")} for the second choice of the first. The first answer counts. Where nobody answers in time (${code("question_hours")} in the policy), the work is handed over; an answer after that still goes to the same conversation.`,
    "## Plans",
    `With ${code(`/${commandWord} plan`)}, the label ${code("claude:plan")} (${code("plan_label")} in the policy) or ${code("plan: always")}, Claude first reads the code and changes nothing: its plan stands in the comment on the issue and waits, while nothing is held for it. ${code(`/${commandWord} approve`)} lets the same conversation carry it out; a comment or ${code(`/${commandWord} say`)} changes it; ${code(`/${commandWord} stop`)} ends it. With ${code("approval: true")} the finished pull request stays a draft until ${code(`/${commandWord} approve`)}.`,
    "## Buttons",
    `The check run of a run that failed, was stopped or ran out of time has the buttons **Retry** and **Continue**, which are ${code(`/${commandWord} retry`)} and ${code(`/${commandWord} continue`)}; where a person is asked because checks fail, **Fix CI** comes first and is ${code(`/${commandWord} fix-ci`)}; a plan that waits for a branch that is there already has **Approve plan**, and finished work that waits for an approval has **Approve**. "Re-run" at the check does the same. "Re-run all checks" does so only when the last run did not end well.`,
    "## Issues that belong together",
    'An issue that is blocked by open ones waits, with their names, and starts by itself when they are closed. A parent with open sub-issues does not wait for them: whoever labels it wants it worked on, and its comment shows how far the sub-issues are. Where it has to wait, say so on GitHub with "blocked by".',
  ].join("\n\n")}\n`;
}

function labelWords(): string {
  return Object.values(stateLabels)
    .map(({ name, description }) => `${code(name)} (${description.charAt(0).toLowerCase()}${description.slice(1)})`)
    .join(", ")
    .replaceAll("(claude", "(Claude");
}

/** The statuses in a few words. */
function whenOf(verb: Verb): string {
  const when: readonly string[] = verbs[verb].when;
  if (when.includes("none") && when.length > 6) return "always";
  const parts: string[] = [];
  if (when.includes("none")) parts.push("on an issue without a task");
  if (when.includes("in_progress")) parts.push("while it is queued, in progress or waiting");
  if (when.includes("completed")) parts.push("after the run has ended");
  else if (when.includes("in_review")) parts.push("in review");
  return parts.length === 2 && when.includes("in_progress") && when.includes("completed")
    ? "whenever there is a task"
    : parts.join(", or ");
}
