import type { Integration, WebhookMessage } from "#protocol/integration.ts";
import type { Message } from "./ports/webhooks.ts";
import type { World } from "./ports/world.ts";

/** How it goes with one receiver of webhooks. */
export function showReceiver(world: World, receiver: { name: string; url: string }): Integration {
  const { messages } = world.store;
  const { pending, dead } = messages.count(receiver.name);
  const [newest] = messages.list({ receiver: receiver.name, limit: 1 });
  const [stuck] = messages.list({ receiver: receiver.name, status: "pending", limit: 1_000 }).filter(hasFailed);
  const state = stuck !== undefined || dead > 0 ? "failing" : pending > 0 ? "waiting" : "good";
  return {
    kind: "webhook",
    name: receiver.name,
    place: new URL(receiver.url).origin,
    state,
    sentence: sentenceOf({ newest, stuck, dead }),
    pending,
    dead,
  };
}

/** The newest messages first. */
export function listMessages(
  world: World,
  filter: { receiver?: string | undefined; status?: Message["status"] | undefined },
): WebhookMessage[] {
  return world.store.messages.list({ ...filter, limit: 200 }).map((message) => ({
    id: message.id,
    messageId: message.messageId,
    receiver: message.receiver,
    subject: message.subject,
    type: message.type,
    status: message.status,
    createdAt: new Date(message.createdAt).toISOString(),
    nextAt: new Date(message.nextAt).toISOString(),
    tries: message.tries,
    lastAnswer: message.lastAnswer,
  }));
}

function hasFailed({ tries }: Message): boolean {
  return tries > 0;
}

function sentenceOf(of: { newest: Message | undefined; stuck: Message | undefined; dead: number }): string {
  if (of.stuck !== undefined) {
    const again = new Date(of.stuck.nextAt).toISOString().slice(11, 16);
    return `It does not take messages (${of.stuck.lastAnswer}); tried again at ${again} UTC.`;
  }
  if (of.dead > 0) return `It did not take ${of.dead} message${of.dead === 1 ? "" : "s"} for a day.`;
  if (of.newest === undefined) return "Nothing has been sent yet.";
  return of.newest.status === "delivered"
    ? `It took the last message (${of.newest.lastAnswer}).`
    : "A message is on its way.";
}
