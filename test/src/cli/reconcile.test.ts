import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { RepositoryReport } from "#protocol/reconcile.ts";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { openHome } from "./world.ts";

const home = openHome();
let server: StandIn;
beforeAll(async () => {
  server = await openStandIn({});
});
afterEach(() => {
  server.asked.length = 0;
});
afterAll(async () => {
  await server.close();
  home.close();
});

const cco = (...args: string[]) =>
  home.run([...args, "--server", server.url], { CC_ORCHESTRATOR_TOKEN: operatorToken });

function found(of: Partial<RepositoryReport> = {}): RepositoryReport {
  const nothing = { submitted: [], withdrawn: [], followed: [], due: [], opened: [], repaired: [], problems: [] };
  return { repository: "octo/sample", ...nothing, ...of };
}

it("says that nothing differs, and how much was looked at", async () => {
  server.answers.reconcile = { report: { repositories: [found(), found()], redelivered: 0, leases: 0, problems: [] } };
  expect(await cco("reconcile")).toEqual({ code: 0, out: "Nothing differs in 2 repositories.\n", err: "" });
  expect(server.asked).toMatchObject([{ name: "reconcile", body: {} }]);
});

it("lists what was set right, of one repository where one is named", async () => {
  const one = found({
    submitted: [7],
    followed: [9],
    due: ["TASK-1 review"],
    opened: ["claude/7-x"],
    repaired: ["TASK-1 comment: deleted"],
  });
  server.answers.reconcile = { report: { repositories: [one], redelivered: 2, leases: 1, problems: [] } };
  const { code, out } = await cco("reconcile", "--repository", "octo/sample");
  expect([code, out.split("\n")]).toEqual([
    0,
    [
      "ended 1 lease past its time",
      "asked GitHub to deliver 2 again",
      "octo/sample: took up issue #7",
      "octo/sample: followed pull request #9",
      "octo/sample: looks again at TASK-1 review",
      "octo/sample: opens a pull request for claude/7-x",
      "octo/sample: writes again TASK-1 comment: deleted",
      "Set right in 1 repository: 2 deliveries, 1 lease, 1 issue, 1 pull request, 1 follow-up, 1 branch without a pull request, 1 surface.",
      "",
    ],
  ]);
  expect(server.asked).toMatchObject([{ body: { repository: "octo/sample" } }]);
});

it("fails when a part could not be looked at, and says which; for programs it prints the report", async () => {
  const report = {
    repositories: [found({ problems: ["GitHub takes no more calls until 14:05"] })],
    redelivered: 0,
    leases: 0,
    problems: [],
  };
  server.answers.reconcile = { report };
  expect(await cco("reconcile")).toMatchObject({ code: 1, err: expect.stringContaining("until 14:05") });
  const { code, out } = await cco("reconcile", "--json");
  expect([code, JSON.parse(out)]).toEqual([1, { report, here: { worktrees: 0, idle: [] } }]);
});

it("tells of worktrees on this machine that no run works in, which their runner or a person puts away", async () => {
  server.answers.reconcile = { report: { repositories: [], redelivered: 0, leases: 0, problems: [] } };
  const tree = join(home.state, "runner/tasks/octo+sample-TASK-3/work/tree");
  mkdirSync(tree, { recursive: true });
  try {
    expect((await cco("reconcile")).out).toBe(
      "Nothing differs in 0 repositories.\n1 of 1 worktree on this machine has no run (TASK-3): cc-orchestrator worktree prune\n",
    );
    expect(JSON.parse((await cco("reconcile", "--json")).out)).toMatchObject({
      here: { worktrees: 1, idle: ["TASK-3"] },
    });
  } finally {
    rmSync(home.state, { recursive: true });
  }
});
