import { z } from "zod";
import type { Environment, Files } from "./files.ts";
import { namedSecret } from "./named-secret.ts";
import type { ConfigProblem } from "./setting.ts";

const Snowflake = z.string().regex(/^\d{15,22}$/, 'an id in quotes, as "1234567890123456789"');

/** Discord as config.yaml has it: a bot in a channel, or a webhook's address where notifications are all that is wanted. */
export const WrittenDiscord = z.strictObject({
  channel: Snowflake.optional(),
  token_path: z.string().optional(),
  /** Of the application: without it nobody can press anything. */
  public_key: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'the application\'s public key, 64 characters, from "General Information"')
    .optional(),
  webhook_path: z.string().optional(),
  /** Discord's members and their GitHub logins. */
  people: z.record(Snowflake, z.string().regex(/^[A-Za-z0-9-]{1,39}$/)).default({}),
});
export type WrittenDiscord = z.infer<typeof WrittenDiscord>;

export type DiscordConfig = {
  /** Where messages go, and with what. */
  to:
    | { kind: "bot"; channel: string; token: string; publicKey: string | null }
    | { kind: "webhook"; id: string; token: string };
  people: Readonly<Record<string, string>>;
  apiUrl?: string;
};

const key = "integrations.discord";
const tokenVariable = "CC_ORCHESTRATOR_DISCORD_TOKEN";
const webhookVariable = "CC_ORCHESTRATOR_DISCORD_WEBHOOK";

/** With the token or the webhook's address, which is a secret, from its file or the environment. */
export function discordOf(written: WrittenDiscord, env: Environment, files: Files): DiscordConfig | ConfigProblem {
  const { channel, people, public_key: publicKey } = written;
  if (channel === undefined) return webhookOf(written, env, files);
  const token = namedSecret(key, { path: written.token_path, variable: tokenVariable }, env, files);
  if (typeof token !== "string") return token;
  if (/^[\w-]{20,40}\.[\w-]{4,10}\.[\w-]{20,60}$/.test(token))
    return { to: { kind: "bot", channel, token, publicKey: publicKey ?? null }, people };
  const advice = `Copy the bot's token from your Discord application's page "Bot" into a file, and name that in token_path, or set ${tokenVariable}.`;
  return { key, sentence: token === "" ? "There is no token." : "The token is no bot's token.", advice };
}

function webhookOf(written: WrittenDiscord, env: Environment, files: Files): DiscordConfig | ConfigProblem {
  const url = namedSecret(key, { path: written.webhook_path, variable: webhookVariable }, env, files);
  if (typeof url !== "string") return url;
  const found =
    /^https:\/\/(?:\w+\.)?discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/(\d{5,25})\/([\w-]{20,100})$/.exec(url);
  const [, id, token] = found ?? [];
  if (id !== undefined && token !== undefined) return { to: { kind: "webhook", id, token }, people: written.people };
  const advice = `Name the channel and a bot's token_path, or copy a webhook's address (https://discord.com/api/webhooks/…) into a file, and name that in webhook_path, or set ${webhookVariable}.`;
  return {
    key,
    sentence: url === "" ? "There is neither a channel nor a webhook." : "The webhook is no address of Discord's.",
    advice,
  };
}
