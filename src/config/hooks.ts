import { z } from "zod";
import type { HookConfig } from "#protocol/hook.ts";
import type { Environment, Files } from "./files.ts";
import type { ConfigProblem } from "./setting.ts";
import { isSigningSecret, secretsOf } from "./signing-secrets.ts";

const Template = (most: number) => z.string().max(most);

/** A hook as config.yaml has it: what a program posts there makes a task, or sends a command. */
export const WrittenHook = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, "small letters, digits and dashes"),
    secret_path: z.union([z.string(), z.array(z.string()).min(1).max(2)]).optional(),
    /** In whose name. */
    login: z.string().regex(/^[A-Za-z0-9-]{1,39}$/, "a GitHub login"),
    when: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
    task: z
      .strictObject({
        repository: Template(200),
        title: Template(1_000),
        body: Template(20_000).default(""),
        key: Template(500).nullable().default(null),
        url: Template(2_000).nullable().default(null),
        priority: Template(200).default("normal"),
        plan: z.boolean().default(false),
      })
      .optional(),
    command: z
      .strictObject({
        of: Template(500),
        verb: z.string().regex(/^[a-z-]{1,20}$/, "a command, as stop"),
        words: Template(20_000).default(""),
      })
      .optional(),
  })
  .refine(({ task, command }) => (task === undefined) !== (command === undefined), "either task or command");
export type WrittenHook = z.infer<typeof WrittenHook>;

/** Names that other integrations have. */
const taken: ReadonlySet<string> = new Set(["slack", "discord", "jira"]);

/** Hooks with their secrets, and what is wrong with those. */
export function hooksOf(
  written: readonly WrittenHook[],
  env: Environment,
  files: Files,
): { hooks: HookConfig[]; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const names = written.map(({ name }) => name);
  for (const name of new Set(names.filter((one, at) => names.indexOf(one) !== at || taken.has(one))))
    problems.push({
      key: `integrations.hooks ${name}`,
      sentence: "Another integration has this name.",
      advice: "Give each its own.",
    });
  const hooks = written.map(({ name, login, when, task, command, secret_path }) => {
    const key = `integrations.hooks ${name}`;
    const variable = `CC_ORCHESTRATOR_HOOK_${name.toUpperCase().replaceAll("-", "_")}_SECRET`;
    const found = secretsOf(
      { key, variable, paths: secret_path === undefined ? [] : [secret_path].flat() },
      env,
      files,
    );
    problems.push(...found.problems);
    const advice = `Make one with: printf 'whsec_%s\\n' "$(openssl rand -base64 32)", and name its file in secret_path, or set ${variable}.`;
    if (found.secrets.length === 0 && found.problems.length === 0)
      problems.push({ key, sentence: "It has no secret by which it knows who sends.", advice });
    if (!found.secrets.every(isSigningSecret))
      problems.push({ key, sentence: "Its secret is not whsec_ and 24 to 64 bytes in base64.", advice });
    const { plan = false, ...wish } = task ?? {};
    const does =
      command === undefined
        ? { kind: "task" as const, ...(wish as Omit<NonNullable<WrittenHook["task"]>, "plan">), isPlan: plan }
        : { kind: "command" as const, ...command };
    return { name, secrets: found.secrets, login, when, does };
  });
  return { hooks, problems };
}
