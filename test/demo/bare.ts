import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { seedHome } from "#runner/claude/home.ts";
import type { ModelStandIn } from "#test/model/model.ts";
import { until } from "#test/world/until.ts";

const run = promisify(execFile);
const claude = fileURLToPath(new URL("../../node_modules/.bin/claude", import.meta.url));

const rounds = 3;

/**
 * What the same start costs without us, on this machine and now: a bare `git worktree add` of the same repository, and a
 * bare `claude -p` up to its first model request. The yardstick for "label to Claude"; medians of three.
 */
export async function measureBare(
  model: ModelStandIn,
  repository: string,
): Promise<{ worktreeAddMs: number; claudeStartMs: number; ratio: number }> {
  const worktrees: number[] = [];
  const starts: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const folder = mkdtempSync(join(tmpdir(), "cc-orchestrator-bare-"));
    try {
      const tree = join(folder, "tree");
      const from = performance.now();
      await run("git", ["-C", repository, "worktree", "add", "--quiet", "-b", `bare-${randomUUID()}`, tree]);
      worktrees.push(performance.now() - from);
      starts.push(await startBareClaude(model, folder, tree));
      await run("git", ["-C", repository, "worktree", "remove", "--force", tree]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { worktreeAddMs: Math.round(median(worktrees)), claudeStartMs: Math.round(median(starts)), ratio: 0 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function startBareClaude(model: ModelStandIn, folder: string, cwd: string): Promise<number> {
  const configDir = join(folder, "claude");
  await seedHome({ configDir, trusted: [folder] });
  const sessionId = randomUUID();
  const startedAt = Date.now();
  const child = spawn(claude, ["-p", "Say hello.", "--session-id", sessionId], {
    cwd,
    stdio: "ignore",
    env: {
      PATH: process.env.PATH ?? "",
      HOME: folder,
      CLAUDE_CONFIG_DIR: configDir,
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: model.key,
      DISABLE_AUTOUPDATER: "1",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    },
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    const at = await until("a bare Claude's first request", () => model.firstRequestAt(sessionId) ?? null);
    return at - startedAt;
  } finally {
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5_000).unref())]);
    child.kill("SIGKILL");
    await ended;
  }
}
