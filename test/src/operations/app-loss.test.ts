import { afterEach, describe, expect, test } from "vitest";
import { applyReports } from "#operations/apply-reports.ts";
import { reconcile, reconcileStart } from "#operations/reconcile.ts";
import { renewLeases } from "#operations/renew-leases.ts";
import { showTask } from "#operations/show-tasks.ts";
import { pushed, reports, succeeded } from "./bench.ts";
import { hearing, inShop } from "./shop.ts";

const on = inShop({ grace: "admin" });
const { ada } = on;
const hear = hearing(on);

const grace = () => on.app.standIn.as("grace");

async function reconcileNow() {
  const signal = new AbortController().signal;
  return (await reconcile(on.bench.world, { repository: null, atMost: null, from: reconcileStart, signal })).report;
}

/** Two tasks: the first in the hands of a runner, the second in the queue. */
async function openTwo() {
  const issues = ["Greet in French", "Greet in Dutch"].map((title) => ada().openIssue(on.app.shop.name, { title }));
  for (const issue of issues) ada().label(on.app.shop.name, issue, "claude");
  await hear();
  const runner = on.bench.addRunner({ slots: 1 });
  const offer = on.bench.claim(runner);
  await on.bench.show();
  return { runner, offer, issues };
}

const shown = (name: `TASK-${number}`) => showTask(on.bench.world, name);

/** The runner's next heartbeat stops its run; the other task ends at once. Both say why. */
function expectStopped({ runner, offer }: Awaited<ReturnType<typeof openTwo>>, sentence: string): void {
  expect(shown("TASK-2")).toMatchObject({ status: "completed", conclusion: "cancelled", reason: { sentence } });
  expect(shown("TASK-1")).toMatchObject({ status: "in_progress", reason: { code: "stopping" } });
  const held = [{ runId: offer.runId, epoch: offer.epoch }];
  const beat = { freeSlots: 0, freeMemoryBytes: 1, freeDiskBytes: 1, draining: false, held };
  expect(renewLeases(on.bench.world, runner, beat).leases).toMatchObject([{ held: true, want: "cancel" }]);
  const stopped = reports([{ kind: "completed", conclusion: "cancelled", summary: "" }]);
  applyReports(on.bench.world, runner, offer.runId, offer.epoch, stopped);
  expect(shown("TASK-1")).toMatchObject({ status: "completed", conclusion: "cancelled", reason: { sentence } });
}

const losses: [string, () => void, string][] = [
  ["uninstalled from the account", () => grace().uninstallAppFromAccount(on.app.shop.name), "the app was uninstalled"],
  ["suspended", () => grace().suspendApp(on.app.shop.name, true), "the app was suspended"],
  ["taken off the repository", () => grace().uninstallApp(on.app.shop.name), "the app was taken off the repository"],
];

describe("an app that loses its way to a repository", () => {
  afterEach(() => grace().suspendApp(on.app.shop.name, false));

  test.each(losses)(
    "stops what goes on there when it is %s, and says so in our own views",
    async (_what, lose, how) => {
      const two = await openTwo();
      lose();
      await hear();
      expectStopped(two, `Stopped by grace: ${how}.`);
      // GitHub cannot be told; trying does not go on for ever.
      await on.bench.show();
      expect(on.bench.store.surfaces.due(on.bench.world.clock())).toEqual([]);
      expect(on.app.standIn.violations).toEqual([]);
    },
  );

  test.each(losses)("finds out by reconciling that it was %s", async (_what, lose) => {
    const two = await openTwo();
    lose();
    const { repositories } = await reconcileNow();
    expect(repositories[0]).toMatchObject({ repository: on.app.shop.name, withdrawn: two.issues });
    expectStopped(two, "Stopped by GitHub: the app has no way to the repository any more.");
    expect((await reconcileNow()).repositories.flatMap(({ withdrawn }) => withdrawn)).toEqual([]);
  });

  test("goes on where it was put back before we worked what we were told", async () => {
    await openTwo();
    grace().suspendApp(on.app.shop.name, true);
    grace().suspendApp(on.app.shop.name, false);
    grace().uninstallApp(on.app.shop.name);
    grace().installApp(on.app.shop.name);
    await hear();
    expect(shown("TASK-1")).toMatchObject({ status: "in_progress", reason: null });
    expect(shown("TASK-2").status).toBe("queued");
  });

  test("looks at the others when GitHub gives no token for one account", async () => {
    await on.app.standIn.createRepository({
      owner: "umbrella",
      name: `lab-${on.app.shop.id}`,
      files: { "a.txt": "a\n" },
    });
    await openTwo();
    const message = "This installation has been suspended";
    on.app.standIn.faults.failNext({ route: "POST /app/installations", status: 403, message });
    const { repositories, problems } = await reconcileNow();
    expect(problems).toEqual([expect.stringContaining(message)]);
    expect(repositories.map(({ repository }) => repository)).toContain(on.app.shop.name);
    expect(shown("TASK-1")).toMatchObject({ status: "in_progress", reason: null });
    expect(shown("TASK-2").status).toBe("queued");
  });
});

test("F24: a repository that is renamed in the midst of a run is followed by its id, to the pull request and the end", async () => {
  const { runner, offer, issues } = await openTwo();
  const [issue = 0] = issues;
  const name = `renamed-${on.app.shop.id}`;
  const renamed = `acme/${name}`;
  grace().renameRepository(on.app.shop.name, name);
  expect((await reconcileNow()).problems).toEqual([]);
  expect(shown("TASK-1")).toMatchObject({ status: "in_progress", repository: renamed });
  expect(on.bench.store.tasks.get(1)?.cloneUrl).toContain(renamed);
  const sha = await ada().push(renamed, {
    branch: offer.branch,
    message: "Greet in French",
    files: { "fr.txt": "Salut\n" },
  });
  applyReports(on.bench.world, runner, offer.runId, offer.epoch, reports([pushed(sha, offer.branch), succeeded]));
  await on.bench.show();
  expect(shown("TASK-1")).toMatchObject({ status: "in_review" });
  expect(on.app.standIn.pulls(renamed)).toHaveLength(1);
  expect(on.app.standIn.comments(renamed, issue)).toHaveLength(1);
  expect(on.app.standIn.comments(renamed, issue)[0]?.body).toContain("Pull request #3");
  // What comes in under the new name is about the same task.
  ada().closeIssue(renamed, issues[1] ?? 0);
  await hear();
  expect(shown("TASK-2")).toMatchObject({ status: "completed", conclusion: "cancelled" });
  expect(on.app.standIn.violations).toEqual([]);
});
