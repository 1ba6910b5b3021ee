import { createHash } from "node:crypto";
import { renderRepair } from "#protocol/repair-message.ts";
import type { RunOffer } from "#protocol/run.ts";
import { answeredInWords } from "#runner/claude/questions.ts";
import type { Opening } from "./memory.ts";
import { isPlanning } from "./planning.ts";
import { renderWrapUp } from "./wrap-up.ts";

/**
 * The first message of an instance.
 * @param knows what Claude has of the conversation so far: all of it where the session is on this machine
 * @param before how the task's last run on this machine ended, when it was the same session and did not end well
 */
export function renderOpening(of: {
  opening: Opening;
  offer: Pick<RunOffer, "prompt" | "headSha" | "answer" | "purpose">;
  knows: boolean;
  /** The repository's own, said once to each session. */
  instructions: string;
  before: string | null;
}): string {
  const { opening, knows } = of;
  const told = of.offer.answer === undefined ? [] : [answeredInWords(of.offer.answer)];
  const said = [...(knows || of.instructions === "" ? [] : [of.instructions]), of.offer.prompt, ...told];
  const offer = { ...of.offer, prompt: said.join("\n\n") };
  switch (opening.kind) {
    case "answered":
      return "";
    case "request":
      if (knows && of.before !== null) return `${resumed(of.before)}\n\n${offer.prompt}`;
      return offer.headSha !== null && !knows ? `${offer.prompt}\n\n${handedOver}` : offer.prompt;
    case "interrupted":
      return knows ? resumed(opening.why) : `${offer.prompt}\n\n${begunAnew(opening.why)}`;
    case "handed_back": {
      const words = handedBack(opening.by);
      return knows ? words : `${offer.prompt}\n\n${handedOver}\n\n${words}`;
    }
    case "wrap_up": {
      const words = renderWrapUp(opening.limit, isPlanning(of.offer));
      return knows ? words : `${offer.prompt}\n\n${handedOver}\n\n${words}`;
    }
    case "repair": {
      const repair = renderRepair({ ...opening.failed, round: opening.round, rounds: opening.rounds });
      return knows ? repair : `${offer.prompt}\n\n${handedOver}\n\n${repair}`;
    }
  }
}

function resumed(why: string): string {
  return `Your work on this was interrupted: ${why} What you had started is stopped, commands and background tasks included. The worktree is as you left it. See what is there (git status, git diff, the newest commits), then go on where you stopped and finish the request; begin nothing anew that is done already.`;
}

function handedBack(by: string): string {
  return `${by} has worked with you in this session meanwhile, by hand, and has given it back. The worktree is as the two of you left it, and nobody is at the terminal now. See what is there (git status, git diff), then finish what is left of the request, as it was changed in what you said to each other; end with your summary for the pull request.`;
}

function begunAnew(why: string): string {
  return `An earlier attempt at this was interrupted: ${why} Its work is in the worktree, but not its conversation. See what is there (git status, git diff, the newest commits) and go on from it.`;
}

const handedOver =
  "An earlier attempt at this may have left work on the branch; its conversation is not at hand. See what is there (git log, git diff against the base) and go on from it.";

/** A message's id: the same whenever the same message is to be sent, so that it can be told whether it was. */
export function messageId(of: { runId: number; epoch: number; instance: number; turn: number }): string {
  const digest = createHash("sha256").update(`${of.runId}.${of.epoch}.${of.instance}.${of.turn}`).digest("hex");
  // RFC 9562, version 8: the rest is ours to choose.
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
