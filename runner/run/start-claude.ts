import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { claudeCommand } from "#runner/claude/command.ts";
import { seedHome } from "#runner/claude/home.ts";
import type { Answered } from "#runner/claude/questions.ts";
import { sessionFile, waitsForResult } from "#runner/claude/session.ts";
import type { Terminal } from "#runner/terminal/terminal.ts";
import { TerminalExists } from "#runner/tmux.ts";
import type { RunContext } from "./context.ts";
import { loginFor } from "./login.ts";
import { configDirOf, hasOwnLogin, placesOf, sandboxOf } from "./places.ts";
import { isPlanning } from "./planning.ts";
import type { Prepared } from "./prepared.ts";
import { instanceLimits } from "./wrap-up.ts";

const modelRetries = 6;

/** What the run's present terminal is called in tmux: `task-12-run-17`, with more numbers from the second on. */
export function terminalName({ offer, memory }: Pick<RunContext, "offer" | "memory">): string {
  return nameOf(offer, memory.now.instance);
}

function nameOf(offer: RunContext["offer"], instance: number): string {
  const later = offer.epoch === 1 && instance === 1 ? "" : `-${offer.epoch}-${instance}`;
  return `${offer.task.toLowerCase()}-run-${offer.runId}${later}`;
}

/**
 * The run's present instance: the one that was started early, the one that an earlier runner started, living or dead, or
 * else a new one.
 */
export async function adoptOrStart(
  context: RunContext,
  { worktree, early }: Pick<Prepared, "worktree" | "early">,
): Promise<{ terminal: Terminal; isAdopted: boolean }> {
  const name = terminalName(context);
  const folder = placesOf(context).instance;
  if (early !== null && context.memory.now.instance === 1) return { terminal: await early.terminal, isAdopted: false };
  const there = await context.terminals.adopt(name, folder);
  if (there !== null) return { terminal: there, isAdopted: true };
  try {
    const place = { path: worktree.path, mirrorPath: worktree.mirror.path };
    return { terminal: await startClaude(context, place), isAdopted: false };
  } catch (error) {
    if (!(error instanceof TerminalExists)) throw error;
    // What a killed runner had asked of tmux came to be after we had looked.
    const late = await context.terminals.adopt(name, folder);
    if (late === null) throw error;
    return { terminal: late, isAdopted: true };
  }
}

/**
 * The answer to what the session has asked. Where its question still waits the session goes on by itself, and nothing else
 * is to be said first.
 */
async function takeUpAnswer(context: RunContext): Promise<Answered | null> {
  const { offer, memory } = context;
  const { opening } = memory.now;
  if (offer.answer === undefined || offer.policy.question_hours === 0) return null;
  const waits = await waitsForResult(configDirOf(context), offer.sessionId, offer.answer.toolUseId);
  if (waits && opening.kind === "request") memory.keep({ opening: { kind: "answered" } });
  if (!waits && opening.kind === "answered") {
    memory.keep({ opening: { kind: "interrupted", why: "your process was lost soon after you were answered." } });
  }
  return waits ? offer.answer : null;
}

/** Starts Claude Code on the run's session in a terminal of its own; it has no word to work on yet. */
export async function startClaude(context: RunContext, place: { path: string; mirrorPath: string }): Promise<Terminal> {
  const { offer, options } = context;
  const places = placesOf(context);
  const limits = instanceLimits(offer.policy.limits, context.memory.now);
  const answered = await takeUpAnswer(context);
  const isScreen = context.memory.now.takenOver !== null;
  const command = claudeCommand({
    isScreen,
    program: options.claude,
    sessionId: offer.sessionId,
    // A session is begun where this machine has none, and resumed where it has: either in the other case is an error.
    resume: (await sessionFile(configDirOf(context), offer.sessionId)) !== null,
    model: offer.policy.model ?? null,
    folder: places.settings,
    home: places.home,
    tmpDir: places.tmp,
    login: await loginFor(options, places.login),
    instructions: "",
    maxTurns: limits.turns,
    maxBudgetUsd: limits.usd,
    tools: offer.policy.allowed_tools ?? null,
    deny: offer.policy.denied_tools,
    questions: offer.policy.question_hours > 0 && !isScreen ? { answered } : null,
    readOnly: isPlanning(offer),
    asRoot: process.getuid?.() === 0,
    maxRetries: modelRetries,
    operator: { ...process.env, ...(options.modelUrl === null ? {} : { ANTHROPIC_BASE_URL: options.modelUrl }) },
    extraEnv: isScreen ? { TERM: "screen-256color" } : {},
  });
  for (const [path, content] of Object.entries(command.files)) {
    await mkdir(places.settings, { recursive: true, mode: 0o700 });
    await writeFile(join(places.settings, path), content, { mode: 0o600 });
  }
  if (!hasOwnLogin(options)) await seedHome({ configDir: command.configDir, trusted: [places.work] });
  return await context.terminals.start({
    name: terminalName(context),
    // Where a person takes over or hands back, who looks on goes on looking.
    inPlaceOf: nameOf(offer, context.memory.now.instance - 1),
    isScreen,
    folder: places.instance,
    cwd: place.path,
    argv: command.argv,
    env: command.env,
    sandbox: await sandboxOf(context, place.mirrorPath, "claude"),
    limits: options.limits ?? {},
  });
}
