import type { Environment, Files } from "./files.ts";
import { secretFile } from "./secrets.ts";
import type { ConfigProblem } from "./setting.ts";

/** The secrets with which messages are signed: those of the environment, then those of the files; two while one is replaced. */
export function secretsOf(
  of: { key: string; variable: string; paths: readonly string[] },
  env: Environment,
  files: Files,
): { secrets: string[]; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const secrets = (env[of.variable] ?? "").split(/\s+/).filter((secret) => secret !== "");
  for (const path of of.paths) {
    const file = secretFile(of.key, path.replace(/^~(?=\/)/, files.personHome), files);
    if ("content" in file) secrets.push(file.content.trim());
    else problems.push(file);
  }
  return { secrets, problems };
}

/** As the Standard Webhooks specification asks for it. */
export function isSigningSecret(secret: string): boolean {
  const bytes = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const { length } = Buffer.from(bytes ?? "", "base64");
  return length >= 24 && length <= 64;
}
