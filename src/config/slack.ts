import { z } from "zod";
import type { Environment, Files } from "./files.ts";
import { secretFile } from "./secrets.ts";
import type { ConfigProblem } from "./setting.ts";

/** Slack as config.yaml has it. */
export const WrittenSlack = z.strictObject({
  channel: z
    .string()
    .regex(/^[CG][A-Z0-9]{5,20}$/, "a channel's id as C0123456789, from the end of its details in Slack"),
  token_path: z.string().optional(),
  /** Slack's members (`U…`) and their GitHub logins. */
  people: z.record(z.string().regex(/^[UW][A-Z0-9]{5,20}$/), z.string().regex(/^[A-Za-z0-9-]{1,39}$/)).default({}),
});
export type WrittenSlack = z.infer<typeof WrittenSlack>;

export type SlackConfig = { channel: string; token: string; people: Readonly<Record<string, string>>; apiUrl?: string };

const variable = "CC_ORCHESTRATOR_SLACK_TOKEN";

/** With the token from its file or the environment. */
export function slackOf(written: WrittenSlack, env: Environment, files: Files): SlackConfig | ConfigProblem {
  const key = "integrations.slack";
  const { channel, people, token_path: path } = written;
  const file = path === undefined ? null : secretFile(key, path.replace(/^~(?=\/)/, files.personHome), files);
  if (file !== null && "sentence" in file) return file;
  const token = (env[variable] ?? file?.content ?? "").trim();
  if (/^xoxb-[A-Za-z0-9-]{10,200}$/.test(token)) return { channel, people, token };
  const advice = `Copy the bot token (xoxb-…) from your Slack app's page "OAuth & Permissions" into a file, and name that in token_path, or set ${variable}.`;
  return { key, sentence: token === "" ? "There is no token." : "The token is no bot token.", advice };
}
