import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const installMs = 5 * 60_000;

/** What the machine has to have, how it says its version, and the system's package. */
const machine = {
  tmux: { flag: "-V", package: null, isNeeded: true },
  bwrap: { flag: "--version", package: "bubblewrap", isNeeded: false },
} as const;

/** Something that a run needs is not there and could not be installed; the message says what. */
export class ToolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ToolError";
  }
}

/**
 * Installs what a run needs and the machine lacks: tmux and a sandbox from the system's packages, Claude Code with npm.
 * GitHub's own machines let everybody use sudo without a password.
 * @param folder where Claude Code goes
 * @param say told what is being installed
 * @returns Claude Code's program
 * @throws ToolError
 */
export async function ensureTools(of: {
  claude: string;
  claudeVersion: string;
  folder: string;
  say: (line: string) => void;
}): Promise<string> {
  const lacking: string[] = [];
  for (const [program, one] of Object.entries(machine))
    if (!(await isThere(program, one.flag))) lacking.push(one.package ?? program);
  if (lacking.length > 0 && process.platform === "linux") {
    of.say(`Installing ${lacking.join(" and ")}`);
    await aptInstall(lacking);
  }
  for (const [program, { flag, isNeeded }] of Object.entries(machine))
    if (isNeeded && !(await isThere(program, flag)))
      throw new ToolError(`${program} is not installed: add a step that installs it.`);
  if (await isThere(of.claude, "--version")) return of.claude;
  if (of.claude !== "claude") throw new ToolError(`There is no program ${of.claude}.`);
  of.say(`Installing Claude Code ${of.claudeVersion}`);
  mkdirSync(of.folder, { recursive: true });
  const wanted = `@anthropic-ai/claude-code@${of.claudeVersion}`;
  try {
    await run("npm", ["install", "--prefix", of.folder, "--no-audit", "--no-fund", wanted], { timeout: installMs });
  } catch (error) {
    throw new ToolError(`Claude Code could not be installed: ${lastLine(error)}`);
  }
  return join(of.folder, "node_modules", ".bin", "claude");
}

/** Without it a run goes on unsandboxed, or says by itself what is missing: no reason to end here. */
async function aptInstall(packages: readonly string[]): Promise<void> {
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const [program = "apt-get", ...rest] = [...asRoot, "apt-get"];
  const quietly = { timeout: installMs, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  await run(program, [...rest, "update", "-q"], quietly).catch(() => undefined);
  await run(program, [...rest, "install", "-y", "-q", "--no-install-recommends", ...packages], quietly).catch(
    () => undefined,
  );
}

async function isThere(program: string, flag: string): Promise<boolean> {
  try {
    await run(program, [flag], { timeout: 30_000 });
    return true;
  } catch {
    // Whatever keeps it from saying its version would keep it from working.
    return false;
  }
}

function lastLine(error: unknown): string {
  const text = (error as { stderr?: string }).stderr ?? String(error);
  return text.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
}
