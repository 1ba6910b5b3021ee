import { expect, test } from "vitest";
import { applyReports } from "#operations/apply-reports.ts";
import type { ReportBody } from "#protocol/report.ts";
import { pushed, reports, succeeded } from "./bench.ts";
import { type Followed, openFollowed } from "./followed.ts";
import { inShop } from "./shop.ts";

const on = inShop();
const { ada } = on;
let followed: Followed;

const pull = () => on.app.standIn.pulls(on.app.shop.name)[0];

/** Claude's work is done and pushed, verified or not, with something to look at or without. */
async function work({ isVerified = true, findings = [] as string[] } = {}): Promise<void> {
  const { runId, epoch, branch } = on.bench.claim(followed.runner);
  const files = { "greet.js": `bonjour ${runId}\n` };
  const sha = await ada().push(on.app.shop.name, { branch, message: "Greet in French", files });
  const bodies: ReportBody[] = [
    { kind: "prepared", branch, baseSha: sha },
    { ...pushed(sha, branch), findings } as ReportBody,
    ...(isVerified ? [{ kind: "verified", passed: true, round: 0 } as const] : []),
    succeeded,
  ];
  applyReports(on.bench.world, followed.runner, runId, epoch, reports(bodies));
  await followed.settle();
}

test("with `approval: true` the pull request leaves its draft state when somebody approves it, and not before", async () => {
  followed = await openFollowed(on.app, on.bench, "approval: true\nready_for_review: true\n");
  await work();
  expect(pull()).toMatchObject({ draft: true, state: "open" });
  expect(followed.comment()).toContain("stays a draft until somebody approves it.");
  expect(followed.comment()).toContain("`/claude approve` makes it ready for review.");
  // Somebody who may not does not.
  on.app.standIn.createUser("eve");
  on.app.standIn.as("eve").comment(on.app.shop.name, followed.issue, "/claude approve");
  await followed.settle();
  expect(pull()?.draft).toBe(true);
  ada().comment(on.app.shop.name, pull()?.number ?? 0, "/claude approve");
  await followed.settle();
  expect(pull()).toMatchObject({ draft: false, state: "open" });
  expect(followed.comment()).not.toContain("approves");
  // What comes later on the same pull request was approved with it.
  ada().comment(on.app.shop.name, followed.issue, "/claude continue");
  await followed.settle();
  await work();
  expect(pull()?.draft).toBe(false);
});

test("the button of the check run approves like the command", async () => {
  followed = await openFollowed(on.app, on.bench, "approval: true\n");
  await work();
  const check = on.app.standIn.checkRuns(on.app.shop.name).find(({ name }) => name === "Claude");
  expect(check).toMatchObject({ conclusion: "success", actions: [{ label: "Approve", identifier: "approve" }] });
  expect(check?.output.summary).toContain("**Approve** makes it ready for review.");
  ada().requestCheckAction(on.app.shop.name, check?.id ?? 0, "approve");
  await followed.settle();
  expect(pull()?.draft).toBe(false);
  expect(on.app.standIn.checkRuns(on.app.shop.name).find(({ id }) => id === check?.id)?.actions).toEqual([]);
});

test("without it the pull request leaves the draft state by itself where the policy wants that, else stays one", async () => {
  followed = await openFollowed(on.app, on.bench, "ready_for_review: true\n");
  await work();
  expect(pull()?.draft).toBe(false);
  expect(followed.comment()).not.toContain("approve");
});

test("an approval is enough where nothing was verified, and not where something has to be looked at first (S18)", async () => {
  followed = await openFollowed(on.app, on.bench, "approval: true\n");
  await work({ isVerified: false, findings: ["`.github/workflows/ci.yml` was changed."] });
  const approve = async () => {
    ada().comment(on.app.shop.name, followed.issue, "/claude approve");
    await followed.settle();
  };
  await approve();
  expect(pull()?.draft).toBe(true);
  const said = () =>
    on.app.standIn
      .comments(on.app.shop.name, followed.issue)
      .map(({ body }) => body)
      .join();
  expect(said()).toContain("hold something that a person has to look at first");
  ada().comment(on.app.shop.name, followed.issue, "/claude continue");
  await followed.settle();
  await work({ isVerified: false });
  await approve();
  expect(pull()?.draft).toBe(false);
});
