import { Webhook } from "standardwebhooks";
import type { Postman, Receiver, Sent } from "#operations/ports/webhooks.ts";
import { ForbiddenAddressError, postOutward } from "./outward.ts";

/** A receiver of our webhooks, as the operator has set it up. */
export type WebhookReceiver = Receiver & {
  url: string;
  /** `whsec_…`; while one secret is replaced by another both sign. */
  secrets: readonly string[];
  /** Whether its address may be of this machine or of a private network. */
  mayGoInside: boolean;
};

/**
 * Posts messages as the Standard Webhooks specification says
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */
export function openPostman(receivers: readonly WebhookReceiver[], version: string): Postman & { close(): void } {
  const closing = new AbortController();
  return {
    async post(name, { messageId, body, at }): Promise<Sent> {
      const receiver = receivers.find((one) => one.name === name);
      if (receiver === undefined) return { isTaken: false, isFinal: true, answer: "there is no receiver of this name" };
      const headers = {
        "content-type": "application/json",
        "user-agent": `cc-orchestrator/${version}`,
        "webhook-id": messageId,
        "webhook-timestamp": String(Math.floor(at / 1_000)),
        "webhook-signature": signatures(receiver.secrets, messageId, at, body),
      };
      try {
        const { mayGoInside } = receiver;
        const answer = await postOutward(new URL(receiver.url), { headers, body, mayGoInside, signal: closing.signal });
        return judged(answer.status);
      } catch (error) {
        const isFinal = error instanceof ForbiddenAddressError;
        return { isTaken: false, isFinal, answer: error instanceof Error ? error.message : String(error) };
      }
    },
    close: () => closing.abort(new Error("the server stops")),
  };
}

function signatures(secrets: readonly string[], messageId: string, at: number, body: string): string {
  return secrets.map((secret) => new Webhook(secret).sign(messageId, new Date(at), body)).join(" ");
}

/** 410 says by the specification that nothing more is wanted; everything else may go better another time. */
function judged(status: number): Sent {
  if (status >= 200 && status < 300) return { isTaken: true, isFinal: true, answer: String(status) };
  if (status === 410) return { isTaken: false, isFinal: true, answer: "410: the receiver wants no more messages" };
  if (status >= 300 && status < 400)
    return { isTaken: false, isFinal: false, answer: `${status}: redirects are not followed` };
  return { isTaken: false, isFinal: false, answer: String(status) };
}
