import type { Worktree } from "#runner/git/worktree.ts";
import { runCommand } from "#runner/sandbox/run.ts";
import { inStep, type RunContext } from "./context.ts";
import { RunFailure } from "./failure.ts";
import { commandEnvironment, sandboxOf } from "./places.ts";

const verifyMs = 30 * 60_000;
const excerptCharacters = 12_000;

/** A verify command that failed, and the end of what it printed. */
export type Unverified = { command: string; output: string; sentence: string };

/**
 * Runs the repository's verify commands in the worktree until one fails.
 * @returns null when all of them succeed
 */
export async function verify(context: RunContext, worktree: Worktree, round: number): Promise<Unverified | null> {
  if (context.offer.policy.verify.length === 0) return null;
  let failed: Unverified | null = null;
  try {
    await inStep(context, "verify", async () => {
      failed = await firstFailure(context, worktree);
      if (failed !== null) throw new RunFailure("verify_failed", failed.sentence);
    });
  } catch (error) {
    if (failed === null) throw error;
  }
  context.report({
    kind: "verified",
    passed: failed === null,
    round,
    ...(failed === null ? {} : { excerpt: excerptOf(failed) }),
  });
  return failed;
}

async function firstFailure(context: RunContext, worktree: Worktree): Promise<Unverified | null> {
  for (const command of context.offer.policy.verify) {
    const result = await runCommand({
      command,
      cwd: worktree.path,
      env: commandEnvironment(context),
      sandbox: await sandboxOf(context, worktree.mirror.path, "command"),
      timeoutMs: verifyMs,
      cancel: context.stopping,
    });
    if (result.code === 0) continue;
    const how = result.timedOut ? `took longer than ${verifyMs / 60_000} minutes` : `ended with ${result.code}`;
    return {
      command,
      output: context.redact(result.output).slice(-excerptCharacters),
      sentence: `\`${command}\` ${how}.`,
    };
  }
  return null;
}

function excerptOf(failed: Unverified): string {
  return `$ ${failed.command}\n${failed.output}`.slice(0, 16_000);
}
