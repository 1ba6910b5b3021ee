import { execFile } from "node:child_process";
import type { Context } from "../context.ts";
import { nodeProblem } from "../node-version.ts";
import { checkClaude } from "../programs/here.ts";
import type { Check } from "./check.ts";

type Env = Context["env"];
type Version = readonly [number, number];

/** The least version of each program, and how it tells its own (2.38: `safe.bareRepository`; 3.2: `-e` of new sessions). */
const tools = {
  git: { flag: "--version", least: [2, 38] },
  tmux: { flag: "-V", least: [3, 2] },
} as const satisfies Record<string, { flag: string; least: Version }>;

/** Node, git, tmux, Claude Code, and whether Claude Code may call its model. */
export async function checkTools(
  env: Env,
  claude: { program: string; hasKey: boolean; keyName: string },
): Promise<Check[]> {
  const names = Object.keys(tools) as (keyof typeof tools)[];
  const [found, code, login] = await Promise.all([
    Promise.all(names.map((name) => checkTool(name, env))),
    checkCode(claude.program, env),
    claude.hasKey ? keyFound(claude.keyName) : checkLogin(claude.program, env),
  ]);
  return [checkNode(process.versions.node), ...found, code, ...(code.verdict === "good" ? [login] : [])];
}

/** @param version of Node, as 24.1.0 */
export function checkNode(version: string): Check {
  const problem = nodeProblem(version);
  return problem === null
    ? { name: "Node", verdict: "good", found: version }
    : { name: "Node", verdict: "missing", ...problem };
}

async function checkTool(name: keyof typeof tools, env: Env): Promise<Check> {
  const { flag, least } = tools[name];
  const install = `apt install ${name}, dnf install ${name} or brew install ${name}`;
  const { text } = await told(name, [flag], env);
  const version = /(\d+\.\d+)\S*/.exec(text ?? "")?.[0];
  if (version === undefined)
    return { name, verdict: "missing", found: "not installed", advice: `Install it: ${install}.` };
  if (isAtLeast(version, least)) return { name, verdict: "good", found: version };
  const wanted = least.join(".");
  return {
    name,
    verdict: "missing",
    found: `${version} is too old`,
    advice: `Install ${wanted} or newer: ${install}.`,
  };
}

async function checkCode(program: string, env: Env): Promise<Check> {
  const name = "Claude Code";
  const answer = await checkClaude({ program, env });
  if ("version" in answer) return { name, verdict: "good", found: answer.version };
  const { sentence, advice } = answer.problem;
  return { name, verdict: "missing", found: sentence, advice };
}

function keyFound(keyName: string): Check {
  return { name: "Claude login", verdict: "good", found: `an API key (${keyName})` };
}

/** `claude auth status` says it without calling anybody. */
async function checkLogin(program: string, env: Env): Promise<Check> {
  const name = "Claude login";
  const { text } = await told(program, ["auth", "status"], env);
  const method = /"authMethod": *"([a-z_]{1,40})"/.exec(text ?? "")?.[1];
  if (text === null || method === undefined)
    return { name, verdict: "note", found: "cannot be told", advice: "Run `claude` once and see whether it answers." };
  if (/"loggedIn": *true/.test(text)) return { name, verdict: "good", found: method.replaceAll("_", " ") };
  const advice = "Run `claude auth login`, or set ANTHROPIC_API_KEY_PATH to a file (mode 600) that holds a key.";
  return { name, verdict: "missing", found: "not signed in, and no API key is set", advice };
}

/** What a program prints, whatever it ends with; null when it does not run. */
function told(program: string, args: readonly string[], env: Env): Promise<{ text: string | null }> {
  return new Promise((resolve) => {
    const options = { env, timeout: 20_000, killSignal: "SIGKILL", maxBuffer: 64 * 1024 } as const;
    execFile(program, args, options, (error, stdout) => {
      const hasRun = error === null || typeof error.code === "number";
      resolve({ text: hasRun ? stdout : null });
    });
  });
}

function isAtLeast(version: string, [major, minor]: Version): boolean {
  const [one = 0, two = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return one > major || (one === major && two >= minor);
}
