import { z } from "zod";
import type { Environment, Files } from "./files.ts";
import { namedSecret } from "./named-secret.ts";
import type { ConfigProblem } from "./setting.ts";

const Login = z.string().regex(/^[A-Za-z0-9-]{1,39}$/, "a GitHub login");
const Status = z.string().min(1).max(100).nullable();
const states = ["queued", "working", "waiting", "review", "done", "failed"] as const;
const values = ["task", "pull_request", "branch", "status", "cost_usd", "runs"] as const;

const WrittenProject = z
  .strictObject({
    project: z.string().regex(/^[A-Z][A-Z0-9_]{0,30}$/, "a project's key, as SHOP"),
    repository: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/, "owner/name on GitHub"),
    label: z
      .string()
      .regex(/^[^\s"\\]{1,100}$/, "a label without spaces")
      .nullable()
      .default("claude"),
    /** Selects among the project's tickets; with a label, tickets must have both. */
    jql: z.string().min(1).max(2_000).nullable().default(null),
    plan: z.boolean().default(false),
    states: z.partialRecord(z.enum(states), Status).default({}),
    assignee: z.enum(["requester", "bot"]).nullable().default(null),
    /** Jira's fields, and what goes into them. */
    fields: z
      .record(z.string().regex(/^[a-zA-Z0-9_]{1,60}$/, "a field's id, as customfield_10050"), z.enum(values))
      .default({}),
  })
  .refine(({ label, jql }) => label !== null || jql !== null, "a label or jql has to select the tickets")
  .refine(({ jql }) => jql === null || !/\border\s+by\b/i.test(jql), "jql without ORDER BY");

/** Jira as config.yaml has it. */
export const WrittenJira = z.strictObject({
  kind: z.enum(["cloud", "server"]).default("cloud"),
  url: z.url({ protocol: /^https?$/ }),
  /** The e-mail of the account that an API token belongs to, in the Cloud. */
  email: z.email().optional(),
  token_path: z.string().optional(),
  /** What the webhook signs with; without one Jira is asked every minute what has changed. */
  webhook_secret_path: z.string().optional(),
  /** Jira's people, by account id, name or e-mail, and their GitHub logins. */
  people: z.record(z.string().min(1).max(200), Login).default({}),
  projects: z.array(WrittenProject).min(1).max(100),
});
export type WrittenJira = z.infer<typeof WrittenJira>;

type Project = {
  project: string;
  repository: string;
  label: string | null;
  jql: string | null;
  isPlan: boolean;
  states: Readonly<Partial<Record<(typeof states)[number], string | null>>>;
  assignee: "requester" | "bot" | null;
  fields: Readonly<Record<string, (typeof values)[number]>>;
};

export type JiraConfig = {
  kind: "cloud" | "server";
  url: string;
  auth: { email: string; token: string } | { token: string };
  secrets: readonly string[];
  people: Readonly<Record<string, string>>;
  projects: readonly Project[];
  pollMs?: number;
};

const key = "integrations.jira";
const variable = "CC_ORCHESTRATOR_JIRA_TOKEN";
const secretVariable = "CC_ORCHESTRATOR_JIRA_WEBHOOK_SECRET";

/** With its token and the secret of its webhook, from their files or the environment. */
export function jiraOf(written: WrittenJira, env: Environment, files: Files): JiraConfig | ConfigProblem {
  const { kind, url, email, people } = written;
  const token = namedSecret(key, { path: written.token_path, variable }, env, files);
  if (typeof token !== "string") return token;
  const secret = namedSecret(key, { path: written.webhook_secret_path, variable: secretVariable }, env, files);
  if (typeof secret !== "string") return secret;
  if (token === "")
    return {
      key,
      sentence: "There is no token.",
      advice: `Copy an API token (Cloud) or a personal access token (Data Center) into a file, and name that in token_path, or set ${variable}.`,
    };
  if (kind === "cloud" && email === undefined)
    return { key, sentence: "Jira Cloud takes a token only with its account's e-mail.", advice: "Set email." };
  if (kind === "cloud" && !url.startsWith("https://") && !isLoopback(url))
    return { key, sentence: "The token would go out unencrypted.", advice: "Write https:// in url." };
  if (secret !== "" && secret.length < 16)
    return { key, sentence: "The webhook's secret is too short.", advice: "Make one with: openssl rand -hex 32" };
  const projects = written.projects.map(({ plan, ...project }) => ({ ...project, isPlan: plan }));
  const keys = projects.map(({ project }) => project);
  const twice = keys.find((one, at) => keys.indexOf(one) !== at);
  if (twice !== undefined)
    return { key, sentence: `The project ${twice} is there twice.`, advice: "Give each project one entry." };
  const auth = email === undefined ? { token } : { email, token };
  return { kind, url, auth, secrets: secret === "" ? [] : [secret], people, projects };
}

function isLoopback(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}
