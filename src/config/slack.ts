import { z } from "zod";
import type { Environment, Files } from "./files.ts";
import { namedSecret } from "./named-secret.ts";
import type { ConfigProblem } from "./setting.ts";

/** Slack as config.yaml has it. */
export const WrittenSlack = z.strictObject({
  channel: z
    .string()
    .regex(/^[CG][A-Z0-9]{5,20}$/, "a channel's id as C0123456789, from the end of its details in Slack"),
  token_path: z.string().optional(),
  /** For buttons and `/claude`, by Socket Mode; without one Slack only shows. */
  app_token_path: z.string().optional(),
  /** For the same by HTTP, where Slack can reach us. */
  signing_secret_path: z.string().optional(),
  /** Slack's members (`U…`, or their e-mail) and their GitHub logins. */
  people: z
    .record(z.union([z.string().regex(/^[UW][A-Z0-9]{5,20}$/), z.email()]), z.string().regex(/^[A-Za-z0-9-]{1,39}$/))
    .default({}),
});
export type WrittenSlack = z.infer<typeof WrittenSlack>;

export type SlackConfig = {
  channel: string;
  token: string;
  appToken?: string;
  signingSecret?: string;
  people: Readonly<Record<string, string>>;
  apiUrl?: string;
};

const variable = "CC_ORCHESTRATOR_SLACK_TOKEN";
const secretVariable = "CC_ORCHESTRATOR_SLACK_SIGNING_SECRET";
const appVariable = "CC_ORCHESTRATOR_SLACK_APP_TOKEN";

/** With the tokens from their files or the environment. */
export function slackOf(written: WrittenSlack, env: Environment, files: Files): SlackConfig | ConfigProblem {
  const key = "integrations.slack";
  const { channel, people } = written;
  const token = namedSecret(key, { path: written.token_path, variable }, env, files);
  if (typeof token !== "string") return token;
  const appToken = namedSecret(key, { path: written.app_token_path, variable: appVariable }, env, files);
  if (typeof appToken !== "string") return appToken;
  const secret = namedSecret(key, { path: written.signing_secret_path, variable: secretVariable }, env, files);
  if (typeof secret !== "string") return secret;
  if (!/^xoxb-[A-Za-z0-9-]{10,200}$/.test(token)) {
    const advice = `Copy the bot token (xoxb-…) from your Slack app's page "OAuth & Permissions" into a file, and name that in token_path, or set ${variable}.`;
    return { key, sentence: token === "" ? "There is no token." : "The token is no bot token.", advice };
  }
  if (secret !== "" && !/^[0-9a-f]{32,64}$/i.test(secret))
    return {
      key,
      sentence: "The signing secret is none.",
      advice: `Copy it from your Slack app's page "Basic Information" into a file, and name that in signing_secret_path, or set ${secretVariable}.`,
    };
  const signed = secret === "" ? {} : { signingSecret: secret };
  if (appToken === "") return { channel, people, token, ...signed };
  if (/^xapp-[A-Za-z0-9-]{10,300}$/.test(appToken)) return { channel, people, token, appToken, ...signed };
  const advice = `Make an app-level token (xapp-…) with connections:write on your Slack app's page "Basic Information", and name its file in app_token_path, or set ${appVariable}.`;
  return { key, sentence: "The app token is no app-level token.", advice };
}
