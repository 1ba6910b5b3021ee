import { expect } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { expireLeases } from "#operations/expire-leases.ts";
import { followPullRequest } from "#operations/follow-pull-request.ts";
import { releaseRun } from "#operations/release-run.ts";
import { retryTask } from "#operations/retry-task.ts";
import { wakeQueue } from "#operations/wake-queue.ts";
import { minute, second } from "../bench.ts";
import { labelled, shop } from "../quiet-github.ts";
import { beat, chance, claim, ends, issues, pick, refused, type Sim, say, send } from "./sim.ts";

/** Something happens: time goes by, people wish something, runners do something, or the server looks. @returns what */
export async function step(sim: Sim): Promise<string> {
  const { bench, quiet } = sim;
  const { world } = bench;
  const issue = pick(sim, issues);
  const now = world.clock();
  const acts: [number, string, () => unknown][] = [
    [4, "claim", () => claim(sim, true)],
    [6, "send", () => send(sim, true)],
    [5, "beat", () => beat(sim, true)],
    [4, "a second", () => bench.pass(1 + Math.floor(sim.random() * 15) * second)],
    [1, "minutes", () => bench.pass(Math.floor(sim.random() * 15) * minute)],
    [4, "sweep", () => [expireLeases(world, 0), wakeQueue(world, now - minute)]],
    [
      3,
      "label",
      () => {
        quiet.issues.set(issue, { labels: ["claude"], isOpen: true });
        acceptDelivery(world, labelled(issue, now, { guid: `l${sim.trace.length}` }));
      },
    ],
    [
      1,
      "unlabel",
      () => {
        quiet.issues.set(issue, { labels: [], isOpen: true });
        const actor = { login: "ada", isBot: false };
        const happening = {
          kind: "issue_unlabelled",
          repository: shop,
          issue,
          label: "claude",
          actor,
          at: now,
        } as const;
        const guid = `u${sim.trace.length}`;
        acceptDelivery(world, { guid, hookId: "1", event: "issues", action: "unlabeled", receivedAt: now, happening });
      },
    ],
    [4, "deliveries", () => bench.workDeliveries()],
    [
      5,
      "work",
      () => {
        const held = sim.runners.flatMap((runner) => runner.held);
        if (held.length === 0) return;
        const one = pick(sim, held);
        const text = `${one.runId}.${one.epoch}.${one.said + 1}`;
        const line = { at: "2026-11-21T14:00:00.000Z", kind: "say", text } as const;
        say(one, chance(sim, 0.25) ? pick(sim, ends) : { kind: "log", lines: [line] });
      },
    ],
    [
      1,
      "release",
      () => {
        const runner = pick(sim, sim.runners);
        const held = runner.held[0];
        if (held === undefined) return;
        say(held, pick(sim, ends));
        sim.ghosts.push({ facts: runner.facts, held });
        refused(() => releaseRun(world, runner.facts, held.runId, held.epoch));
        runner.held = runner.held.filter((one) => one !== held);
      },
    ],
    [
      2,
      "ghost",
      () => {
        if (sim.ghosts.length === 0) return;
        const { facts, held } = pick(sim, sim.ghosts);
        const before = bench.store.runs.get(held.runId);
        refused(() => applyReports(world, facts, held.runId, held.epoch, held.spool));
        expect(bench.store.runs.get(held.runId), "what was given back is changed from afar").toEqual(before);
      },
    ],
    [1, "forget", () => pick(sim, sim.runners).held.splice(0)],
    [1, "cancel", () => refused(() => cancelTask(world, `TASK-${issue}`, "ada"))],
    [1, "retry", () => refused(() => retryTask(world, `TASK-${issue}`))],
    [
      1,
      "merge",
      () => {
        const actor = { login: "ada", isBot: false };
        const changed = { kind: "pull_request_changed", repository: shop, number: issue, draft: false, actor } as const;
        return followPullRequest(world, { ...changed, state: "merged", headSha: "a".repeat(40), at: now });
      },
    ],
  ];
  let at = sim.random() * acts.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, name, act] of acts) {
    at -= weight;
    if (at >= 0) continue;
    await act();
    return name;
  }
  return "nothing";
}
