import { z } from "zod";
import { Integration, WebhookMessage } from "./integration.ts";
import { ReconcileReport } from "./reconcile.ts";
import { Runner } from "./runner.ts";
import { Instant, RepositoryName } from "./words.ts";

const none = z.object({});

/** What the operator asks of the server itself, its runners and its integrations: a part of the route table. */
export const operatorRoutes = {
  listRunners: {
    method: "GET",
    path: "/api/runners",
    audience: "operator",
    params: none,
    query: none,
    request: none,
    response: z.object({ runners: z.array(Runner) }),
  },
  reconcile: {
    method: "POST",
    path: "/api/reconcile",
    audience: "operator",
    params: none,
    query: none,
    /** Compares everything with GitHub now, or one repository; the same is done by itself every few minutes. */
    request: z.object({ repository: RepositoryName.optional() }),
    response: z.object({ report: ReconcileReport }),
  },
  listIntegrations: {
    method: "GET",
    path: "/api/integrations",
    audience: "operator",
    params: none,
    query: none,
    request: none,
    response: z.object({ integrations: z.array(Integration) }),
  },
  testIntegration: {
    method: "POST",
    path: "/api/integrations/:integration/test",
    audience: "operator",
    params: z.object({ integration: z.string().max(60) }),
    query: none,
    /** Sends something that says only that it is a test. */
    request: none,
    response: z.object({ integration: Integration }),
  },
  listMessages: {
    method: "GET",
    path: "/api/webhook-messages",
    audience: "operator",
    params: none,
    query: z.object({
      receiver: z.string().max(60).optional(),
      status: WebhookMessage.shape.status.optional(),
    }),
    request: none,
    response: z.object({ messages: z.array(WebhookMessage) }),
  },
  sendAgain: {
    method: "POST",
    path: "/api/webhook-messages/send-again",
    audience: "operator",
    params: none,
    query: none,
    /** Messages that were given up are sent once more: one of them, or all of a receiver. */
    request: z.union([z.object({ id: z.int().positive() }), z.object({ receiver: z.string().max(60) })]),
    response: z.object({ sent: z.int().min(0) }),
  },
  createRunnerToken: {
    method: "POST",
    path: "/api/runner-tokens",
    audience: "operator",
    params: none,
    query: none,
    request: none,
    /** Good for one registration within the hour. */
    response: z.object({ token: z.string(), expiresAt: Instant }),
  },
} as const;
