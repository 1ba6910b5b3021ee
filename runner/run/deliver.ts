import { userLine } from "#runner/claude/message.ts";
import { textOfSession } from "#runner/claude/session.ts";
import { MailboxClosed, postedLines } from "#runner/terminal/mailbox.ts";
import type { RunContext } from "./context.ts";
import type { Instance } from "./instance.ts";
import { configDirOf } from "./places.ts";
import { isWordsId, wordsId } from "./words-id.ts";

/**
 * Brings what people say into an instance's conversation, each message once: its id is the same whoever sends it, so that
 * the mailbox and the session tell whether it was. Claude takes it in at its next step, and says so by playing it back;
 * only then is it reported as delivered.
 */
export type Delivery = {
  /** Gives the instance all that it was not given yet. @returns how many messages that were */
  post(): Promise<number>;
  /** Whether the instance was given something that it has not taken in. */
  isOpen(): boolean;
  /** Whether people have said something that the instance was not given. */
  hasMore(): boolean;
  /** Reports what was taken in since the last time. */
  settle(): void;
};

export function openDelivery(context: RunContext, instance: Instance): Delivery {
  const { folder } = instance.terminal;
  const { runId } = context.offer;
  const posted = new Set(postedLines(folder).map(idOfLine).filter(isWordsId));
  const known = new Set<string>();
  const notYet = () => {
    const taken = instance.progress().delivered;
    return context.words.list().filter(({ message }) => {
      const id = wordsId(runId, message);
      return !posted.has(id) && !known.has(id) && !taken.includes(id);
    });
  };
  const settle = () => {
    const taken = instance.progress().delivered;
    for (const { message } of context.words.list()) {
      const id = wordsId(runId, message);
      if (!taken.includes(id) && !known.has(id)) continue;
      context.report({ kind: "delivered", message }, { key: `delivered ${message}` });
    }
  };
  return {
    async post() {
      settle();
      const waiting = notYet();
      if (waiting.length === 0 || instance.exit() !== null) return 0;
      // An instance that was lost may have taken in what its successor is not to hear again.
      const session = await textOfSession(configDirOf(context), context.offer.sessionId);
      let count = 0;
      for (const { message, text } of waiting) {
        const id = wordsId(runId, message);
        if (posted.has(id)) continue;
        if (session.includes(id)) {
          known.add(id);
          continue;
        }
        posted.add(id);
        try {
          await instance.terminal.send(userLine(text, id));
        } catch (error) {
          posted.delete(id);
          if (error instanceof MailboxClosed) return count;
          throw error;
        }
        count += 1;
      }
      settle();
      return count;
    },
    isOpen() {
      const taken = instance.progress().delivered;
      return [...posted].some((id) => !taken.includes(id));
    },
    hasMore: () => notYet().length > 0,
    settle,
  };
}

function idOfLine(line: string): string {
  const parsed: { uuid?: string } = JSON.parse(line);
  return parsed.uuid ?? "";
}
