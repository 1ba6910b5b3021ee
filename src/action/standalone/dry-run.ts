import { rmSync } from "node:fs";
import { join } from "node:path";
import { notice, setOutput, summary } from "@actions/core";
import { claimRun } from "#operations/claim-run.ts";
import type { RunOffer } from "#protocol/run.ts";
import type { Saved } from "../state/turn.ts";
import { dryGitHub, type Written } from "./dry-github.ts";
import type { Asked } from "./event.ts";
import { sayLine } from "./job-log.ts";
import { restoreFiles } from "./kept-files.ts";
import { oneIssueOf } from "./one-issue.ts";
import { openPlane, type Plane } from "./plane.ts";
import { operatorOf, type Shop, takeUp } from "./work-on-issue.ts";

const patienceMs = 30_000;

/**
 * Judges the event as it would be judged, and says what would be written and what Claude would be asked. Nothing is written
 * on GitHub, no turn is taken and no run begins.
 */
export async function dryRun(shop: Shop, issue: number, asked: Asked, saved: Saved): Promise<void> {
  const { inputs, job, log, way, repository } = shop;
  const written: Written[] = [];
  const folder = join(job.folder, `dry-${issue}`);
  const folders = { plane: join(folder, "server"), runner: join(folder, "runner") };
  if (saved.kind === "files") await restoreFiles(folders, saved.files);
  const plane: Plane = await openPlane({
    folder: folders.plane,
    firstTaskId: issue,
    github: oneIssueOf(
      dryGitHub(way.github, (one) => written.push(one)),
      { repository, issue, policy: inputs.policy, at: Date.now(), isKnown: () => plane.task() !== null },
    ),
    operator: operatorOf(shop),
    clock: () => Date.now(),
    log,
    say: sayLine,
  });
  try {
    if (asked.kind === "told") plane.accept(asked.delivery);
    if (asked.kind === "take_up") await takeUp(plane, repository, issue, job.actor);
    await plane.lookAtGitHub();
    const until = Date.now() + patienceMs;
    while (plane.rest().kind === "tell" && Date.now() < until) await plane.change(500, new AbortController().signal);
    const task = plane.task();
    const offer = offerOf(plane, repository.name);
    const sentence =
      offer === null
        ? `No run would begin for #${issue}.`
        : `A run of ${offer.task} would begin for #${issue}, on the branch ${offer.branch}.`;
    notice(`Dry run: ${sentence}`);
    for (const one of written) console.log(`would: ${one.what}`);
    summary.addHeading(`Dry run for #${issue}`, 2).addRaw(sentence, true).addEOL();
    for (const one of written) {
      summary.addRaw(`- ${one.what}`, true);
      if (one.text !== "") summary.addDetails("text", `<pre>${escaped(one.text)}</pre>`);
    }
    if (offer !== null) summary.addDetails("What Claude would be asked", `<pre>${escaped(offer.prompt)}</pre>`);
    await summary.write();
    setOutput("task", task?.name ?? "");
    setOutput("branch", offer?.branch ?? task?.branch ?? "");
    setOutput("conclusion", "skipped");
  } finally {
    await plane.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the runner would be given. */
function offerOf(plane: Plane, repository: string): RunOffer | null {
  plane.admitRunner("none", repository);
  const [runner] = plane.world.store.runners.list();
  return runner === undefined ? null : claimRun(plane.world, runner, 1);
}

function escaped(text: string): string {
  return text.slice(0, 20_000).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
