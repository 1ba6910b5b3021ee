import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { RepositoryReport } from "#protocol/reconcile.ts";
import { openJournal } from "#runner/journal.ts";
import { openTmux } from "#runner/tmux.ts";
import { anOffer } from "#test/builders.ts";
import { tmuxSocketOf } from "../../../src/config/tmux-socket.ts";
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
  expect([code, JSON.parse(out)]).toEqual([1, { report, here: { worktrees: 0, idle: [], terminals: 0, strays: [] } }]);
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

it("tells of terminals on this machine that belong to no run, which their runner ends when it starts", async () => {
  server.answers.reconcile = { report: { repositories: [], redelivered: 0, leases: 0, problems: [] } };
  const runner = join(home.state, "runner");
  openJournal(runner).begin(anOffer({ runId: 4, task: "TASK-3" }));
  // What the runner is about to write down is not for others to clear away.
  const begun = join(runner, "runs/5-1");
  mkdirSync(begun);
  const tmux = openTmux({ home: runner, socket: tmuxSocketOf(runner) });
  const of = { columns: 80, rows: 24, argv: ["/bin/sleep", "60"], env: {}, inPlaceOf: null };
  try {
    await tmux.startSession({ name: "task-3-run-4-2", ...of });
    expect(JSON.parse((await cco("reconcile", "--json")).out)).toMatchObject({ here: { terminals: 1, strays: [] } });
    await tmux.startSession({ name: "task-3-run-40", ...of });
    expect((await cco("reconcile")).out).toBe(
      "Nothing differs in 0 repositories.\n1 of 2 terminals on this machine has no run (task-3-run-40): their runner ends them within the hour, or when it starts\n",
    );
    expect(JSON.parse((await cco("reconcile", "--json")).out)).toMatchObject({
      here: { terminals: 2, strays: ["task-3-run-40"] },
    });
    expect(existsSync(begun)).toBe(true);
  } finally {
    await tmux.endServer();
    rmSync(home.state, { recursive: true });
  }
});
