import { setTimeout as pause } from "node:timers/promises";
import type { Reason } from "#protocol/words.ts";
import type { GitHubStandIn } from "#test/github/github.ts";
import { begun, logLines, type Play, type PlayedRun, pushedWork } from "../scripted-runner.ts";

const died: Reason = { code: "agent_failed", sentence: "Claude stopped.", advice: "Look at the log." };
export const unfit: Reason = { code: "setup_failed", sentence: "npm is not there.", advice: "Install it." };

/**
 * The part that a task's title asks for: `hold` waits until it is told to stop, `return` gives its first claims back,
 * `stumble` fails its first attempt in a way that another may cure, `unfit` in one that only a person can, `unsaid` pushes
 * and dies before it says so.
 */
export function playedByTitle(github: GitHubStandIn): Play {
  return async (run) => {
    const { offer, tell } = run;
    const { title, branch } = offer;
    if (title.includes("return") && offer.epoch <= 2) return run.release();
    await begin(github, run);
    const isFirst = offer.attempt === 1;
    if (title.includes("hold") && isFirst) {
      while (!run.isCancelled()) await pause(20);
      await tell({ kind: "completed", conclusion: "cancelled", summary: "" });
      return;
    }
    if (title.includes("stumble") && isFirst) {
      await tell({ kind: "completed", conclusion: "failure", reason: died, summary: "" });
      return;
    }
    const known = await github.branchSha(offer.repository, branch);
    const files = { [`${offer.task}.js`]: `bonjour from ${offer.task}` };
    const sha = known ?? (await github.as("ada").push(offer.repository, { branch, message: "Greet in French", files }));
    if (title.includes("unsaid")) {
      await tell({ kind: "completed", conclusion: "failure", reason: unfit, summary: "" });
      return;
    }
    await run.credential();
    await tell(
      pushedWork(offer, sha),
      { kind: "verified", passed: true, round: 0 },
      title.includes("unfit") && isFirst
        ? { kind: "completed", conclusion: "failure", reason: unfit, summary: "" }
        : { kind: "completed", conclusion: "success", summary: "Done." },
    );
  };
}

/** Says who it is, how far it is, and two times two lines of log. */
export async function begin(github: GitHubStandIn, { offer, tell }: PlayedRun): Promise<void> {
  const { runId, epoch } = offer;
  const main = (await github.branchSha(offer.repository, "main")) ?? "";
  const usage = { activity: "reading", todos: [], turns: 1, inputTokens: 1, outputTokens: 1, costUsd: 0.01 };
  const lines = [1, 2].map((part) => logLines(`${runId}.${epoch} ${part}a`, `${runId}.${epoch} ${part}b`));
  await tell(...begun(offer, main), { kind: "progress", progress: usage }, ...lines);
}
