import type { WebhookMessage } from "#protocol/integration.ts";
import type { Call } from "../api/call.ts";
import { type AnswerStore, openAnswer } from "./answer.ts";

export type IntegrationStore = {
  /** What was given up, the newest first. */
  dead: AnswerStore<[], WebhookMessage[]>;
  sendAgain(which: { id: number } | { receiver: string }): Promise<void>;
  /** Sends something that says only that it is a test. */
  test(name: string): Promise<void>;
};

export function openIntegrations(call: Call): IntegrationStore {
  return {
    dead: openAnswer(async () => (await call("listMessages", { query: { status: "dead" } })).messages),
    sendAgain: async (which) => {
      await call("sendAgain", { body: which });
    },
    test: async (name) => {
      await call("testIntegration", { params: { integration: name } });
    },
  };
}
