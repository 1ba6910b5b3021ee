import { z } from "zod";
import { Instant } from "./words.ts";

/** Where Discord posts what people press there, below the control plane's own address. */
export const discordPath = "/integrations/discord";

/** Where Slack posts what people press and write there, where that comes by HTTP. */
export const slackPath = "/integrations/slack";

/** Where programs post to hooks, each below its own name. */
export const hooksPath = "/integrations/hooks";

/** Where Jira posts what has changed. */
export const jiraPath = "/integrations/jira";

/** A place outside GitHub that is told about tasks, and how it goes with it. */
export const Integration = z.object({
  kind: z.enum(["webhook", "slack", "discord", "jira", "hook"]),
  /** As the configuration calls it. */
  name: z.string(),
  /** Where it goes, without anything secret. */
  place: z.string(),
  state: z.enum(["good", "waiting", "failing"]),
  /** In words: what was answered last, what waits. */
  sentence: z.string(),
  /** Messages that wait to be sent, and those that were given up. */
  pending: z.int().min(0),
  dead: z.int().min(0),
});
export type Integration = z.infer<typeof Integration>;

/** A message to a receiver of webhooks, without its body. */
export const WebhookMessage = z.object({
  id: z.int().positive(),
  messageId: z.string(),
  receiver: z.string(),
  subject: z.string(),
  type: z.string(),
  status: z.enum(["pending", "delivered", "dead"]),
  createdAt: Instant,
  nextAt: Instant,
  tries: z.int().min(0),
  lastAnswer: z.string().nullable(),
});
export type WebhookMessage = z.infer<typeof WebhookMessage>;
