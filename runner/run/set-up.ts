import type { Worktree } from "#runner/git/worktree.ts";
import { runCommand } from "#runner/sandbox/run.ts";
import { inStep, type RunContext } from "./context.ts";
import { RunFailure } from "./failure.ts";
import { commandEnvironment, sandboxOf } from "./places.ts";
import { isPlanning } from "./planning.ts";

const setupMs = 20 * 60_000;

/** Runs the repository's setup commands in the worktree, unless they have succeeded there before. @throws RunFailure */
export async function setUp(context: RunContext, worktree: Worktree): Promise<void> {
  if (context.memory.now.isSetUp) return;
  if (context.offer.policy.setup.length > 0 && !isPlanning(context.offer))
    await inStep(context, "setup", () => runSetup(context, worktree));
  context.memory.keep({ isSetUp: true });
}

async function runSetup(context: RunContext, worktree: Worktree): Promise<void> {
  for (const command of context.offer.policy.setup) {
    const result = await runCommand({
      command,
      cwd: worktree.path,
      env: commandEnvironment(context),
      sandbox: await sandboxOf(context, worktree.mirror.path, "command"),
      timeoutMs: setupMs,
      cancel: context.stopping,
    });
    if (result.code === 0) continue;
    // It did not fail: somebody has stopped the run.
    context.stopping.throwIfAborted();
    throw new RunFailure(
      "setup_failed",
      `The setup command \`${command}\` ${result.timedOut ? "took too long" : `ended with ${result.code}`}:\n${context.redact(result.output).slice(-1_500)}`,
      "Mend the setup commands in .github/cc-orchestrator.yml.",
    );
  }
}
