import { z } from "zod";
import { eventTypes } from "#protocol/event.ts";
import type { Environment, Files } from "./files.ts";
import type { ConfigProblem } from "./setting.ts";
import { isSigningSecret, secretsOf } from "./signing-secrets.ts";

/** A receiver of our webhooks as config.yaml has it; its secrets are read from their files or the environment. */
export const WrittenReceiver = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, "small letters, digits and dashes"),
  url: z.url({ protocol: /^https?$/ }),
  events: z
    .array(z.string().refine(isPattern, `one of ${eventTypes.join(", ")}, or task.*, run.*, runner.*`))
    .min(1)
    .default(["*"]),
  secret_path: z.union([z.string(), z.array(z.string()).min(1).max(2)]).optional(),
  /** Whether it may be on this machine or in a private network. */
  allow_private: z.boolean().default(false),
});
export type WrittenReceiver = z.infer<typeof WrittenReceiver>;

/** What a receiver needs to be sent to. */
export type ReceiverConfig = {
  name: string;
  url: string;
  events: readonly string[];
  secrets: readonly string[];
  mayGoInside: boolean;
};

/** Receivers with their secrets, and what is wrong with those. */
export function receiversOf(
  written: readonly WrittenReceiver[],
  env: Environment,
  files: Files,
): { receivers: ReceiverConfig[]; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const names = written.map(({ name }) => name);
  for (const name of new Set(names.filter((one, at) => names.indexOf(one) !== at)))
    problems.push({
      key: `integrations.webhooks ${name}`,
      sentence: "Two receivers have this name.",
      advice: "Give each its own.",
    });
  const receivers = written.map(({ name, url, events, secret_path, allow_private }) => {
    const variable = `CC_ORCHESTRATOR_WEBHOOK_${name.toUpperCase().replaceAll("-", "_")}_SECRET`;
    const paths = secret_path === undefined ? [] : [secret_path].flat();
    const found = secretsOf({ key: `integrations.webhooks ${name}`, variable, paths }, env, files);
    const { secrets } = found;
    problems.push(...found.problems);
    const advice = `Make one with: printf 'whsec_%s\\n' "$(openssl rand -base64 32)", and name its file in secret_path, or set ${variable}.`;
    const key = `integrations.webhooks ${name}`;
    if (secrets.length === 0 && paths.length === 0)
      problems.push({ key, sentence: "It has no secret to sign with.", advice });
    if (secrets.some((secret) => !isSigningSecret(secret)))
      problems.push({ key, sentence: "Its secret is not whsec_ and 24 to 64 bytes in base64.", advice });
    return { name, url, events, secrets, mayGoInside: allow_private };
  });
  return { receivers, problems };
}

function isPattern(pattern: string): boolean {
  if (pattern === "*") return true;
  return eventTypes.some(
    (type) => type === pattern || (pattern.endsWith(".*") && type.startsWith(pattern.slice(0, -1))),
  );
}
