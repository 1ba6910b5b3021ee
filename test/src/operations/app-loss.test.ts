import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { happeningOf } from "#github/happenings.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { reconcile, reconcileStart } from "#operations/reconcile.ts";
import { renewLeases } from "#operations/renew-leases.ts";
import { showTask } from "#operations/show-tasks.ts";
import { openTestApp, type TestApp } from "#test/src/github/app.ts";
import { type Bench, openBench, pushed, reports, succeeded } from "./bench.ts";

let app: TestApp;
let bench: Bench;
let told = 0;
beforeAll(async () => {
  app = await openTestApp();
  app.standIn.createUser("grace");
});
beforeEach(async () => {
  await app.openShop();
  bench = openBench(app.github, { startsAt: Date.now() });
  app.standIn.connectWebhook("http://127.0.0.1:9/nowhere");
  app.standIn.setRole(app.shop.name, "grace", "admin");
  told = app.standIn.deliveries().length;
});
afterEach(() => bench.close());
afterAll(() => app.close());

const ada = () => app.standIn.as("ada");
const grace = () => app.standIn.as("grace");

async function hear(): Promise<void> {
  await app.standIn.idle();
  const all = app.standIn.deliveries();
  for (const { guid, event, action, request } of all.slice(told)) {
    const happening = happeningOf(event, request.payload, bench.world.clock());
    acceptDelivery(bench.world, { guid, hookId: "1", event, action, receivedAt: bench.world.clock(), happening });
  }
  told = all.length;
  await bench.workDeliveries();
}

async function reconcileNow() {
  const signal = new AbortController().signal;
  return (await reconcile(bench.world, { repository: null, atMost: null, from: reconcileStart, signal })).report;
}

/** Two tasks: the first in the hands of a runner, the second in the queue. */
async function openTwo() {
  const issues = ["Greet in French", "Greet in Dutch"].map((title) => ada().openIssue(app.shop.name, { title }));
  for (const issue of issues) ada().label(app.shop.name, issue, "claude");
  await hear();
  const runner = bench.addRunner({ slots: 1 });
  const offer = bench.claim(runner);
  await bench.show();
  return { runner, offer, issues };
}

const shown = (name: `TASK-${number}`) => showTask(bench.world, name);

/** The runner's next heartbeat stops its run; the other task ends at once. Both say why. */
function expectStopped({ runner, offer }: Awaited<ReturnType<typeof openTwo>>, sentence: string): void {
  expect(shown("TASK-2")).toMatchObject({ status: "completed", conclusion: "cancelled", reason: { sentence } });
  expect(shown("TASK-1")).toMatchObject({ status: "in_progress", reason: { code: "stopping" } });
  const held = [{ runId: offer.runId, epoch: offer.epoch }];
  const beat = { freeSlots: 0, freeMemoryBytes: 1, freeDiskBytes: 1, draining: false, held };
  expect(renewLeases(bench.world, runner, beat).leases).toMatchObject([{ held: true, want: "cancel" }]);
  const stopped = reports([{ kind: "completed", conclusion: "cancelled", summary: "" }]);
  applyReports(bench.world, runner, offer.runId, offer.epoch, stopped);
  expect(shown("TASK-1")).toMatchObject({ status: "completed", conclusion: "cancelled", reason: { sentence } });
}

const losses: [string, () => void, string][] = [
  ["uninstalled from the account", () => grace().uninstallAppFromAccount(app.shop.name), "the app was uninstalled"],
  ["suspended", () => grace().suspendApp(app.shop.name, true), "the app was suspended"],
  ["taken off the repository", () => grace().uninstallApp(app.shop.name), "the app was taken off the repository"],
];

describe("an app that loses its way to a repository", () => {
  afterEach(() => grace().suspendApp(app.shop.name, false));

  test.each(losses)(
    "stops what goes on there when it is %s, and says so in our own views",
    async (_what, lose, how) => {
      const two = await openTwo();
      lose();
      await hear();
      expectStopped(two, `Stopped by grace: ${how}.`);
      // GitHub cannot be told; trying does not go on for ever.
      await bench.show();
      expect(bench.store.surfaces.due(bench.world.clock())).toEqual([]);
      expect(app.standIn.violations).toEqual([]);
    },
  );

  test.each(losses)("finds out by reconciling that it was %s", async (_what, lose) => {
    const two = await openTwo();
    lose();
    const { repositories } = await reconcileNow();
    expect(repositories[0]).toMatchObject({ repository: app.shop.name, withdrawn: two.issues });
    expectStopped(two, "Stopped by GitHub: the app has no way to the repository any more.");
    expect((await reconcileNow()).repositories.flatMap(({ withdrawn }) => withdrawn)).toEqual([]);
  });

  test("goes on where it was put back before we worked what we were told", async () => {
    await openTwo();
    grace().suspendApp(app.shop.name, true);
    grace().suspendApp(app.shop.name, false);
    grace().uninstallApp(app.shop.name);
    grace().installApp(app.shop.name);
    await hear();
    expect(shown("TASK-1")).toMatchObject({ status: "in_progress", reason: null });
    expect(shown("TASK-2").status).toBe("queued");
  });

  test("looks at the others when GitHub gives no token for one account", async () => {
    await app.standIn.createRepository({ owner: "umbrella", name: `lab-${app.shop.id}`, files: { "a.txt": "a\n" } });
    await openTwo();
    const message = "This installation has been suspended";
    app.standIn.faults.failNext({ route: "POST /app/installations", status: 403, message });
    const { repositories, problems } = await reconcileNow();
    expect(problems).toEqual([expect.stringContaining(message)]);
    expect(repositories.map(({ repository }) => repository)).toContain(app.shop.name);
    expect(shown("TASK-1")).toMatchObject({ status: "in_progress", reason: null });
    expect(shown("TASK-2").status).toBe("queued");
  });
});

test("F24: a repository that is renamed in the midst of a run is followed by its id, to the pull request and the end", async () => {
  const { runner, offer, issues } = await openTwo();
  const [issue = 0] = issues;
  const name = `renamed-${app.shop.id}`;
  const renamed = `acme/${name}`;
  grace().renameRepository(app.shop.name, name);
  expect((await reconcileNow()).problems).toEqual([]);
  expect(shown("TASK-1")).toMatchObject({ status: "in_progress", repository: renamed });
  expect(bench.store.tasks.get(1)?.cloneUrl).toContain(renamed);
  const sha = await ada().push(renamed, {
    branch: offer.branch,
    message: "Greet in French",
    files: { "fr.txt": "Salut\n" },
  });
  applyReports(bench.world, runner, offer.runId, offer.epoch, reports([pushed(sha, offer.branch), succeeded]));
  await bench.show();
  expect(shown("TASK-1")).toMatchObject({ status: "in_review" });
  expect(app.standIn.pulls(renamed)).toHaveLength(1);
  expect(app.standIn.comments(renamed, issue)).toHaveLength(1);
  expect(app.standIn.comments(renamed, issue)[0]?.body).toContain("Pull request #3");
  // What comes in under the new name is about the same task.
  ada().closeIssue(renamed, issues[1] ?? 0);
  await hear();
  expect(shown("TASK-2")).toMatchObject({ status: "completed", conclusion: "cancelled" });
  expect(app.standIn.violations).toEqual([]);
});
