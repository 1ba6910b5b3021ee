import { describe, expect, test } from "vitest";
import { isAlive } from "#domain/task.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import type { Delivery } from "#operations/ports/deliveries.ts";
import { queueing } from "./queueing.ts";
import { labelled, shop } from "./quiet-github.ts";

const on = queueing();

const start = Date.UTC(2026, 10, 21, 13, 0);
const actor = { login: "ada", isBot: false };

function unlabelled(at: number): Delivery {
  const happening = { kind: "issue_unlabelled", repository: shop, issue: 1, label: "claude", actor, at } as const;
  return { guid: `unlabelled-${at}`, hookId: "1", event: "issues", action: "unlabeled", receivedAt: at, happening };
}

function closed(at: number): Delivery {
  const happening = { kind: "issue_closed", repository: shop, issue: 1, actor, at } as const;
  return { guid: `closed-${at}`, hookId: "1", event: "issues", action: "closed", receivedAt: at, happening };
}

/** Labelled, taken off, put back, closed (and reopened, which nobody has to be told of), put back once more. */
const events = [
  labelled(1, start),
  unlabelled(start + 10_000),
  labelled(1, start + 20_000),
  closed(start + 30_000),
  unlabelled(start + 40_000),
];

function ordersOf<T>(list: readonly T[]): T[][] {
  if (list.length <= 1) return [[...list]];
  return list.flatMap((first, at) => ordersOf(list.toSpliced(at, 1)).map((rest) => [first, ...rest]));
}

/** All of them, each in a repository and hook of its own so that they do not meet. */
async function tellInEveryOrder(events: readonly Delivery[]): Promise<{ isWorkedOn: boolean; runs: number }[]> {
  const found: { isWorkedOn: boolean; runs: number }[] = [];
  for (const [at, order] of ordersOf(events).entries()) {
    const repository = { ...shop, id: 1_000 + at, name: `acme/shop-${at}` };
    for (const delivery of order) {
      const happening = delivery.happening === null ? null : { ...delivery.happening, repository };
      acceptDelivery(on.bench.world, { ...delivery, hookId: String(at), happening });
      await on.bench.workDeliveries();
    }
    const task = on.bench.store.tasks.byIssue(repository.id, 1);
    const runs = task === null ? [] : on.bench.store.runs.ofTask(task.id);
    found.push({ isWorkedOn: isAlive(runs), runs: runs.filter(({ status }) => status !== "completed").length });
  }
  return found;
}

describe("the same events in every order (F17)", () => {
  test("end with the task worked on once, where the issue is open and labelled in the end", async () => {
    on.quiet.issue = { ...on.quiet.issue, isOpen: true, labels: ["claude"] };
    const found = await tellInEveryOrder(events);
    expect(found).toHaveLength(120);
    expect(new Set(found.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ isWorkedOn: true, runs: 1 })]),
    );
  });

  test.each([
    ["has lost the label", { isOpen: true, labels: [] }],
    ["is closed", { isOpen: false, labels: ["claude"] }],
  ])("end with nothing worked on, where the issue %s in the end", async (_how, end) => {
    on.quiet.issue = { ...on.quiet.issue, ...end };
    const found = await tellInEveryOrder(events.slice(0, 4));
    expect(found.filter(({ isWorkedOn }) => isWorkedOn)).toEqual([]);
  });
});
