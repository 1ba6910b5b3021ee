import { nextAttemptAt } from "#domain/delivery-attempts.ts";
import type { Message, Postman } from "./ports/webhooks.ts";
import type { World } from "./ports/world.ts";

/** How many messages go to one receiver at the same time, each about another subject. */
const atOnce = 4;

/**
 * Sends what is due to one receiver. A message that is not taken is sent again later, and what is younger of the same
 * subject waits for it; after a day it is dead, and a person may send it again.
 * @returns how many were taken
 */
export async function sendMessages(world: World, postman: Postman, receiver: string): Promise<number> {
  const due = world.store.messages.due(receiver, world.clock(), atOnce);
  const taken = await Promise.all(due.map((message) => send(world, postman, message)));
  return taken.filter(Boolean).length;
}

async function send(world: World, postman: Postman, message: Message): Promise<boolean> {
  const { messages } = world.store;
  const sent = await postman.post(message.receiver, {
    messageId: message.messageId,
    body: message.body,
    at: world.clock(),
  });
  const tries = message.tries + 1;
  const now = world.clock();
  const at = nextAttemptAt({ createdAt: message.createdAt, tries, now, jitter: world.random() });
  world.store.transaction(() => {
    const known = { ...message, tries, lastAnswer: sent.answer };
    if (sent.isTaken) {
      messages.update({ ...known, status: "delivered", nextAt: now });
      // Whoever takes one message takes the others: they do not wait for the end of their pauses.
      if (message.tries > 0) messages.hurry(message.receiver, now);
    } else if (sent.isFinal || at === null) {
      messages.update({ ...known, status: "dead", nextAt: now });
    } else {
      messages.update({ ...known, nextAt: at });
    }
  });
  return sent.isTaken;
}

/** Dead messages are pending again: one of them, or all of a receiver. @returns how many */
export function sendAgain(world: World, which: { id: number } | { receiver: string }): number {
  const { messages } = world.store;
  return world.store.transaction(() => {
    const dead =
      "id" in which
        ? [messages.get(which.id)].filter((one) => one !== null && one.status === "dead")
        : messages.list({ receiver: which.receiver, status: "dead", limit: 1_000 });
    const now = world.clock();
    for (const message of dead) {
      if (message !== null) messages.update({ ...message, status: "pending", createdAt: now, nextAt: now, tries: 0 });
    }
    world.bell.work();
    return dead.length;
  });
}
