import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { claudeCommand } from "#runner/claude/command.ts";
import { seedHome } from "#runner/claude/home.ts";
import { userLine } from "#runner/claude/message.ts";
import { sessionFile } from "#runner/claude/session.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import type { Terminal } from "#runner/terminal/terminal.ts";
import type { RunContext } from "./context.ts";
import { placesOf, sandboxOf } from "./places.ts";

/** Instruction files that people keep for Claude; read from the base commit, which no agent has written. */
const instructionFiles = ["CLAUDE.md", "AGENTS.md"];
const modelRetries = 6;

/** What the run's terminal is called in tmux. */
export function terminalName(context: Pick<RunContext, "offer">): string {
  return `${context.offer.task.toLowerCase()}-run-${context.offer.runId}`;
}

/** Starts Claude Code on the run's session in a terminal of its own and gives it the prompt. */
export async function startClaude(context: RunContext, worktree: Worktree): Promise<Terminal> {
  const { offer, options } = context;
  const places = placesOf(context);
  const loginHome = options.modelKeyFile === null ? homedir() : places.home;
  const command = claudeCommand({
    program: options.claude,
    sessionId: offer.sessionId,
    // A session is begun where this machine has none, and resumed where it has: either in the other case is an error.
    resume: (await sessionFile(join(loginHome, ".claude"), offer.sessionId)) !== null,
    model: offer.policy.model ?? null,
    folder: places.settings,
    home: places.home,
    tmpDir: places.tmp,
    login:
      options.modelKeyFile === null ? { kind: "own", home: homedir() } : { kind: "key", keyFile: options.modelKeyFile },
    instructions: await instructionsAt(worktree),
    maxTurns: offer.policy.limits.turns,
    maxBudgetUsd: offer.policy.limits.usd,
    deny: [],
    asRoot: process.getuid?.() === 0,
    maxRetries: modelRetries,
    operator: { ...process.env, ...(options.modelUrl === null ? {} : { ANTHROPIC_BASE_URL: options.modelUrl }) },
    extraEnv: {},
  });
  for (const [path, content] of Object.entries(command.files)) {
    await mkdir(places.settings, { recursive: true, mode: 0o700 });
    await writeFile(join(places.settings, path), content, { mode: 0o600 });
  }
  if (options.modelKeyFile !== null) await seedHome({ configDir: command.configDir, trusted: [places.work] });
  const terminal = await context.terminals.start({
    name: terminalName(context),
    folder: places.instance,
    cwd: worktree.path,
    argv: command.argv,
    env: command.env,
    sandbox: await sandboxOf(context, worktree.mirror.path, "claude"),
  });
  await terminal.send(userLine(offer.prompt, randomUUID()));
  return terminal;
}

async function instructionsAt(worktree: Worktree): Promise<string> {
  const texts = await Promise.all(
    instructionFiles.map((path) => worktree.mirror.readFile(worktree.baseSha, path).catch(() => null)),
  );
  return texts.filter((text) => text !== null).join("\n\n");
}
