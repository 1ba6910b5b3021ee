import { setTimeout as pause } from "node:timers/promises";
import type { GitHubStandIn } from "#test/github/github.ts";
import { type Play, type PlayedRun, pushedWork } from "../scripted-runner.ts";
import { begin, unfit } from "./parts.ts";

const items = [
  {
    question: "Which language?",
    header: "",
    multiSelect: false,
    options: [
      { label: "French", description: "" },
      { label: "Danish", description: "" },
    ],
  },
];
export const clash = { file: "clash.txt", ours: "ours\n", theirs: "theirs\n" };

/**
 * The part that a task's title asks for in what comes later: `asks` asks before it works, `listen` waits for words twice,
 * `take over` for a person who takes the session and gives it back, `hold` until it is told to stop; `clash` writes what
 * will be in the way of its base, and `unfit` fails with its work pushed. A review is worked on until `isReviewedOn`.
 */
export function playedLater(github: GitHubStandIn, isReviewedOn: () => boolean): Play {
  return async (run) => {
    const { offer, tell } = run;
    const { title, purpose, repository, branch } = offer;
    const isFirst = purpose === "implement";
    await begin(github, run);
    if (purpose === "plan") return done(run, "1. Say bonjour.");
    if (title.includes("asks") && isFirst && offer.answer === undefined) {
      await tell({ kind: "asked", toolUseId: "toolu_1", items });
      return;
    }
    if (title.includes("hold")) {
      while (!run.isCancelled()) await pause(20);
      await tell({ kind: "completed", conclusion: "cancelled", summary: "" });
      return;
    }
    if (title.includes("take over") && isFirst) await beTakenOver(run);
    if (title.includes("listen") && isFirst) for (let heard = 0; heard < 2; ) heard += await hear(run);
    while (purpose === "address_review" && !isReviewedOn() && !run.signal.aborted) await pause(20);
    const word = purpose === "resolve_conflicts" ? clash.theirs : clash.ours;
    const files = {
      [`${offer.task}.js`]: `bonjour from ${offer.runId}\n`,
      ...(title.includes("clash") ? { [clash.file]: word } : {}),
    };
    const sha = await github.as("ada").push(repository, { branch, message: "Greet in French", files });
    await run.credential();
    await hear(run);
    await tell(pushedWork(offer, sha), { kind: "verified", passed: true, round: 0 });
    if (title.includes("unfit")) {
      await tell({ kind: "completed", conclusion: "failure", reason: unfit, summary: "" });
    } else {
      await done(run, "Greets.\n\nT1 done: It is so now.");
    }
  };
}

async function done({ tell }: PlayedRun, summary: string): Promise<void> {
  await tell({ kind: "completed", conclusion: "success", summary });
}

/** Takes in what people say. @returns how many words that were */
async function hear(run: PlayedRun): Promise<number> {
  const said = (await run.wants())?.say ?? [];
  for (const { message } of said) await run.tell({ kind: "delivered", message });
  if (said.length === 0) await pause(20);
  return run.signal.aborted ? 2 : said.length;
}

async function beTakenOver(run: PlayedRun): Promise<void> {
  for (const want of ["take_over", "hand_back"] as const) {
    for (;;) {
      const wish = (await run.wants())?.terminals.find((one) => one.want === want);
      if (run.signal.aborted) return;
      if (wish !== undefined) {
        const { by, at } = wish;
        await run.tell(want === "take_over" ? { kind: "taken_over", by, at, attach: "tmux" } : { kind: "handed_back" });
        break;
      }
      await pause(20);
    }
  }
}
