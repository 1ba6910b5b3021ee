import type { Worktree } from "#runner/git/worktree.ts";
import { runCommand } from "#runner/sandbox/run.ts";
import { inStep, type RunContext } from "./context.ts";
import { RunFailure } from "./failure.ts";
import type { Unverified } from "./memory.ts";
import { commandEnvironment, sandboxOf } from "./places.ts";
import { problemsIn } from "./problems.ts";

const verifyMs = 30 * 60_000;
const excerptCharacters = 12_000;

/**
 * Runs the repository's verify commands on what a turn has left in the worktree, until one fails. What came out for the
 * turn before a crash is not tried again.
 * @param turn the turn of the present instance, counted from 1
 * @returns null when all of them succeed
 */
export async function verify(context: RunContext, worktree: Worktree, turn: number): Promise<Unverified | null> {
  if (context.offer.policy.verify.length === 0) return null;
  const { instance, verified, rounds } = context.memory.now;
  const known = verified?.instance === instance && verified.turn === turn;
  const failed = known ? verified.failed : await verifyNow(context, worktree);
  if (!known) context.memory.keep({ verified: { instance, turn, failed } });
  context.report(
    {
      kind: "verified",
      passed: failed === null,
      round: rounds,
      ...(failed === null ? {} : { excerpt: excerptOf(failed), problems: failed.problems ?? [] }),
    },
    { key: `verified ${instance}.${turn}` },
  );
  return failed;
}

async function verifyNow(context: RunContext, worktree: Worktree): Promise<Unverified | null> {
  let failed: Unverified | null = null;
  try {
    await inStep(context, "verify", async () => {
      failed = await firstFailure(context, worktree);
      if (failed !== null) throw new RunFailure("verify_failed", failed.sentence);
    });
  } catch (error) {
    if (failed === null) throw error;
  }
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
    context.stopping.throwIfAborted();
    const output = context.redact(result.output);
    const how = result.timedOut ? `took longer than ${verifyMs / 60_000} minutes` : `ended with ${result.code}`;
    return {
      command,
      output: output.slice(-excerptCharacters),
      problems: problemsIn(output, worktree.path),
      sentence: `\`${command}\` ${how}.`,
    };
  }
  return null;
}

function excerptOf(failed: Unverified): string {
  return `$ ${failed.command}\n${failed.output}`.slice(0, 16_000);
}
