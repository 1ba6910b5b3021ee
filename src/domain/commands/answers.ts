import type { Gate } from "#protocol/task.ts";
import type { Reason } from "#protocol/words.ts";
import { headlineOf } from "../surfaces/headline.ts";
import { factsLine, reasonText, timeline } from "../surfaces/parts.ts";
import type { TaskView } from "../surfaces/view.ts";
import { code, dollars, instant } from "../surfaces/words.ts";
import { neutralMarkdown } from "../text/neutral.ts";
import type { Wrong } from "./command.ts";
import { commandWord } from "./verbs.ts";

/** What a line that is no command gets. */
export function renderWrong({ sentence, suggestion }: Wrong): string {
  const meant = suggestion === null ? `${code(`/${commandWord} help`)} lists them.` : `Try ${code(suggestion)}.`;
  return `${sentence} ${meant}`;
}

export function renderRefusal(reason: Reason): string {
  return reasonText(reason);
}

/** How the task stands, in a few lines. */
export function renderStatus(view: TaskView): string {
  const { word, sentence } = headlineOf(view);
  const { reason } = view.state;
  const pull = view.task.pullRequest;
  const parts = [
    `**${word}** · ${reason === null ? sentence : reasonText(reason)}`,
    view.run?.startedAt == null ? null : timeline(view, view.run),
    pull === null
      ? null
      : `Pull request: #${pull.number} (${pull.state === "open" && pull.draft ? "draft" : pull.state})`,
    `${factsLine(view, true)} <sub>· as of ${instant(view.now)}</sub>`,
  ];
  return parts.filter((part) => part !== null).join("\n\n");
}

export function renderNoTask(label: string): string {
  return `There is no task here. The label ${code(label)} or ${code(`/${commandWord} run`)} on the issue starts one.`;
}

/** Every gate with ✓ or ✗; on top the first that is shut, or else the last one: how far the work has come. */
export function renderWhy(gates: readonly Gate[], now: number): string {
  const first = gates.find((gate) => !gate.isOpen);
  const verdict =
    first === undefined
      ? `**Nothing stands in the way.** ${plain(gates.at(-1)?.sentence ?? "")}`
      : `**It stops at this:** ${plain(first.sentence)}`;
  const lines = gates.map(({ isOpen, sentence, advice }) => {
    const todo = advice === null ? "" : `\n  **What to do:** ${plain(advice)}`;
    return `- ${isOpen ? "✓" : "✗"} ${plain(sentence)}${todo}`;
  });
  return [verdict, lines.join("\n"), `<sub>as of ${instant(now)}</sub>`].join("\n\n");
}

function plain(text: string): string {
  return neutralMarkdown(text.replace(/\s+/g, " "), 2_000);
}

/** What becomes of words for Claude, where the reaction alone would leave it open. */
export function renderSaid(when: "queued" | "running" | "ended"): string | null {
  switch (when) {
    case "queued":
    case "running":
      return null;
    case "ended":
      return `Kept. Claude reads it with the next run of this task; ${code(`/${commandWord} retry`)} starts one.`;
  }
}

export function renderBudget(of: { usd: number; before: number; when: "queued" | "running" | "ended" }): string | null {
  switch (of.when) {
    case "queued":
      return null;
    case "running":
      return `The run that is going on keeps its ${dollars(of.before)}; each later one may use ${dollars(of.usd)}.`;
    case "ended":
      return `Each later run may use ${dollars(of.usd)}; ${code(`/${commandWord} retry`)} starts one.`;
  }
}
