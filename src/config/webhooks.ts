import { z } from "zod";
import { eventTypes } from "#protocol/event.ts";
import type { Environment, Files } from "./files.ts";
import { secretFile } from "./secrets.ts";
import type { ConfigProblem } from "./setting.ts";

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
    const secrets = (env[variable] ?? "").split(/\s+/).filter((secret) => secret !== "");
    const paths = secret_path === undefined ? [] : [secret_path].flat();
    for (const path of paths) {
      const file = secretFile(`integrations.webhooks ${name}`, path.replace(/^~(?=\/)/, files.personHome), files);
      if ("content" in file) secrets.push(file.content.trim());
      else problems.push(file);
    }
    const advice = `Make one with: printf 'whsec_%s\\n' "$(openssl rand -base64 32)", and name its file in secret_path, or set ${variable}.`;
    const key = `integrations.webhooks ${name}`;
    if (secrets.length === 0 && paths.length === 0)
      problems.push({ key, sentence: "It has no secret to sign with.", advice });
    if (secrets.some((secret) => !isSecret(secret)))
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

/** As the Standard Webhooks specification asks for it. */
function isSecret(secret: string): boolean {
  const bytes = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const { length } = Buffer.from(bytes ?? "", "base64");
  return length >= 24 && length <= 64;
}
