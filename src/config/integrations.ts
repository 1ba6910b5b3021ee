import { z } from "zod";
import type { HookConfig } from "#protocol/hook.ts";
import { type NotificationPolicy, usualNotifications } from "#protocol/notification.ts";
import { type DiscordConfig, discordOf, WrittenDiscord } from "./discord.ts";
import type { Environment, Files } from "./files.ts";
import { hooksOf, WrittenHook } from "./hooks.ts";
import { type JiraConfig, jiraOf, WrittenJira } from "./jira.ts";
import { notificationsOf, WrittenNotifications } from "./notifications.ts";
import type { ConfigProblem } from "./setting.ts";
import { type SlackConfig, slackOf, WrittenSlack } from "./slack.ts";
import { type ReceiverConfig, receiversOf, WrittenReceiver } from "./webhooks.ts";

/** Everything outside GitHub that is told about tasks, ready to be used. */
export type IntegrationsConfig = {
  webhooks: readonly ReceiverConfig[];
  hooks: readonly HookConfig[];
  slack: SlackConfig | null;
  discord: DiscordConfig | null;
  jira: JiraConfig | null;
  notifications: NotificationPolicy;
};

export const noIntegrations: IntegrationsConfig = {
  webhooks: [],
  hooks: [],
  slack: null,
  discord: null,
  jira: null,
  notifications: usualNotifications,
};

/** `integrations` as config.yaml has it. */
export const WrittenIntegrations = z.strictObject({
  webhooks: z.array(WrittenReceiver).max(50).default([]),
  hooks: z.array(WrittenHook).max(50).default([]),
  slack: WrittenSlack.optional(),
  discord: WrittenDiscord.optional(),
  jira: WrittenJira.optional(),
  notifications: WrittenNotifications.optional(),
});

/**
 * Reads `integrations` of config.yaml with the secrets that it names. Apart from the other settings, because the commands
 * that answer at once have no use for it.
 */
export function readIntegrations(
  env: Environment,
  files: Files,
): { config: IntegrationsConfig; problems: readonly ConfigProblem[] } {
  const { yaml } = files;
  const raw = (yaml?.content as { integrations?: unknown } | null | undefined)?.integrations;
  if (yaml === null || raw === undefined || raw === null) return { config: noIntegrations, problems: [] };
  const read = WrittenIntegrations.safeParse(raw);
  if (!read.success)
    return { config: noIntegrations, problems: read.error.issues.map((issue) => problemOf(issue, yaml.path)) };
  const { receivers, problems } = receiversOf(read.data.webhooks, env, files);
  const { hooks, problems: wrongHooks } = hooksOf(read.data.hooks, env, files);
  problems.push(...wrongHooks);
  const slack = read.data.slack === undefined ? null : slackOf(read.data.slack, env, files);
  const discord = read.data.discord === undefined ? null : discordOf(read.data.discord, env, files);
  if (slack !== null && "sentence" in slack) return { config: noIntegrations, problems: [...problems, slack] };
  if (discord !== null && "sentence" in discord) return { config: noIntegrations, problems: [...problems, discord] };
  const jira = read.data.jira === undefined ? null : jiraOf(read.data.jira, env, files);
  if (jira !== null && "sentence" in jira) return { config: noIntegrations, problems: [...problems, jira] };
  const { notifications: told } = read.data;
  const notifications = told === undefined ? usualNotifications : notificationsOf(told);
  return { config: { webhooks: receivers, hooks, slack, discord, jira, notifications }, problems };
}

function problemOf(issue: z.core.$ZodIssue, path: string): ConfigProblem {
  const place = ["integrations", ...issue.path.map(String)].join(".");
  return {
    key: `${place} in ${path}`,
    sentence: `${issue.message}.`,
    advice: "The pages below docs/integrations/ show how each integration is written.",
  };
}
