import { readFile } from "node:fs/promises";
import { renderRepair } from "#protocol/repair-message.ts";
import { userLine } from "#runner/claude/message.ts";
import { sessionFile } from "#runner/claude/session.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import { MailboxClosed, wasPosted } from "#runner/terminal/mailbox.ts";
import type { RunContext } from "./context.ts";
import type { Instance } from "./instance.ts";
import { instructionsAt } from "./instructions.ts";
import { lastWordsOf } from "./last-words.ts";
import { messageId, renderOpening } from "./opening.ts";
import { configDirOf, placesOf } from "./places.ts";

/**
 * Gives the instance the message that its `turn`th turn answers, unless it was given it before, by this runner or by one
 * before it: the mailbox tells.
 * @param turn counted from 1
 * @returns whether the instance has it, or false when it has ended before
 */
export async function say(context: RunContext, worktree: Worktree, instance: Instance, turn: number): Promise<boolean> {
  const id = messageId({ ...context.offer, instance: context.memory.now.instance, turn });
  if (turn === 1 && context.memory.now.opening.kind === "answered") return true;
  if (wasPosted(instance.terminal.folder, id)) return true;
  if (instance.exit() !== null) return false;
  const text = turn === 1 ? await openingOf(context, worktree) : repairOf(context, turn);
  try {
    await instance.terminal.send(userLine(text, id));
    return true;
  } catch (error) {
    if (error instanceof MailboxClosed) return false;
    throw error;
  }
}

/** Whether the session, as Claude Code keeps it, has the message that the present instance's `turn`th turn answers. */
export async function wasTakenIn(context: RunContext, turn: number): Promise<boolean> {
  const { offer, memory } = context;
  const file = await sessionFile(configDirOf(context), offer.sessionId);
  if (file === null) return false;
  const id = messageId({ ...offer, instance: memory.now.instance, turn });
  return (await readFile(file, "utf8")).includes(id);
}

async function openingOf(context: RunContext, worktree: Worktree): Promise<string> {
  const { offer, memory } = context;
  return renderOpening({
    opening: memory.now.opening,
    offer,
    knows: (await sessionFile(configDirOf(context), offer.sessionId)) !== null,
    instructions: await instructionsAt(worktree),
    before: lastWordsOf(placesOf(context).task, offer.sessionId),
  });
}

function repairOf({ memory, offer }: RunContext, turn: number): string {
  const { verified, rounds } = memory.now;
  if (verified?.failed == null) throw new Error(`nothing was found for turn ${turn} to repair`);
  return renderRepair({ ...verified.failed, round: rounds, rounds: offer.policy.verify_rounds });
}
