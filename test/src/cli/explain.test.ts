import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openInBrowser } from "#cli/browser.ts";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { aRun, aRunner, aTask, openHome } from "./world.ts";

const home = openHome();
let server: StandIn;
let env: Record<string, string>;
beforeAll(async () => {
  server = await openStandIn({
    health: { ok: true, version: "0.1.0" },
    listRunners: { runners: [aRunner()] },
    whyTask: { gates: [] },
  });
  env = { CC_ORCHESTRATOR_SERVER: server.url, CC_ORCHESTRATOR_TOKEN: operatorToken };
});
afterAll(async () => {
  await server.close();
  home.close();
});
const cco = (...args: string[]) => home.run(args, env);

describe("explain", () => {
  it("F48 says why a task waits in the server's own sentence, with every gate and what to do", async () => {
    const reason = {
      code: "runners_busy",
      sentence: "All runners are busy; this is next.",
      advice: "Start another runner.",
    };
    server.answers.showTask = { task: aTask({ status: "queued", reason }) };
    server.answers.listRunners = { runners: [aRunner({ busy: 4 }), aRunner({ id: 4, state: "offline" })] };
    const { code, out } = await cco("explain", "12");
    expect(code).toBe(0);
    expect(out).toBe(
      [
        "TASK-12  queued  Add a greeting",
        "  All runners are busy; this is next.",
        "  → Start another runner.",
        "",
        "  ✓ a runner is online          1 of 2",
        "  ✓ that takes this repository  1 of 1",
        "  ✗ and has a free slot         4 of 4 busy",
        "",
        "  Stop it: cc-orchestrator task cancel TASK-12",
        "",
      ].join("\n"),
    );
    const json = JSON.parse((await cco("explain", "12", "--json")).out);
    expect(json).toMatchObject({ task: "TASK-12", why: reason.sentence, reason, gates: [{}, {}, { open: false }] });
  });

  it("lists every gate in the words of `/claude why`, with what to do", async () => {
    server.answers.showTask = { task: aTask({ status: "blocked" }) };
    server.answers.whyTask = {
      gates: [
        { isOpen: true, sentence: "The issue is open.", advice: null },
        {
          isOpen: false,
          sentence: "Blocked by #13 (Parse dates).",
          advice: "It begins by itself when that is closed.",
        },
      ],
    };
    const { out } = await cco("explain", "12");
    expect(out).toContain(
      "  ✓ The issue is open.\n  ✗ Blocked by #13 (Parse dates).\n    → It begins by itself when that is closed.\n",
    );
    server.answers.whyTask = { gates: [] };
  });

  it("names the runner that takes nothing now, and why", async () => {
    server.answers.showTask = { task: aTask({ status: "queued" }) };
    const notClaiming = { code: "low_disk", sentence: "Only 0.2 GB of disk are free." };
    server.answers.listRunners = { runners: [aRunner({ notClaiming })] };
    expect((await cco("explain", "12")).out).toMatch(/✗ box takes runs +Only 0\.2 GB of disk are free\./);
  });

  it("says why a task stopped, where, and how to try again", async () => {
    const reason = { code: "verify_failed", sentence: "`npm test` failed.", advice: "Fix the tests." };
    const at = "2026-05-01T10:00:00.000Z";
    const run = aRun({
      status: "completed",
      conclusion: "failure",
      steps: [
        { name: "claude", state: "passed", startedAt: at, endedAt: at },
        { name: "verify", state: "failed", detail: "npm test", startedAt: at, endedAt: at },
      ],
    });
    server.answers.showTask = { task: aTask({ status: "completed", conclusion: "failure", reason, runs: [run] }) };
    const { out } = await cco("explain", "12");
    expect(out).toMatch(/^TASK-12 {2}failed[\s\S]*`npm test` failed\.[\s\S]*✓ claude[\s\S]*✗ verify +failed: npm test/);
    expect(out).toContain("Try again: cc-orchestrator task retry TASK-12");
  });

  it.each([
    ["in_progress", /It is being worked on\.[\s\S]*cc-orchestrator attach TASK-12/],
    ["in_review", /waits for a person's review\.[\s\S]*Review it: https:\/\/github\.com/],
    ["waiting", /It waits for an answer\.[\s\S]*Answer on the issue: https/],
    ["blocked", /It waits for other tasks\./],
  ] as const)("has a word for every status: %s", async (status, words) => {
    const url = "https://github.com/octocat/hello-world/pull/8";
    const pullRequest = { number: 8, url, state: "open", draft: false, headSha: null } as const;
    server.answers.showTask = { task: aTask({ status, pullRequest, runs: [aRun()] }) };
    expect((await cco("explain", "12")).out).toMatch(words);
  });

  it("ends with 3 for a task that is not there", async () => {
    server.answers.showTask = { status: 404, code: "not_found", title: "There is no TASK-99." };
    expect(await cco("explain", "99")).toMatchObject({ code: 3, out: "" });
  });
});

describe("web status", () => {
  it("says what runs where, and ends with 5 when nothing does", async () => {
    expect(await cco("web", "status")).toEqual({ code: 0, out: `running  0.1.0  ${server.url}\n`, err: "" });
    expect(JSON.parse((await cco("web", "status", "--json")).out)).toEqual({
      url: server.url,
      ok: true,
      version: "0.1.0",
    });
    expect(await cco("web", "status", "--server", "http://127.0.0.1:9")).toMatchObject({ code: 5, out: "" });
  });
});

describe("web open", () => {
  it("prints the address that signs in where there is no browser", async () => {
    expect(await cco("web", "open")).toEqual({ code: 0, out: `${server.url}/#token=${operatorToken}\n`, err: "" });
    expect(await cco("web", "open", "--server", "http://127.0.0.1:9")).toMatchObject({ code: 5, out: "" });
  });

  it("S12 gives a browser a page of this user alone, never the token as an argument", async () => {
    const folder = join(home.folder, "browser");
    mkdirSync(folder);
    const browser = join(folder, "browser");
    const script = `#!/bin/sh\nprintf '%s' "$*" > "${folder}/arguments"\nstat -c %a "$1" > "${folder}/mode"\ncp "$1" "${folder}/page"\n`;
    writeFileSync(browser, script, { mode: 0o755 });
    const opening = openInBrowser("http://127.0.0.1:8080/#token=secret-of-the-test", {
      PATH: "/usr/bin:/bin",
      BROWSER: browser,
    });
    await expect.poll(() => existsSync(join(folder, "page")), { timeout: 5_000 }).toBe(true);
    expect(await opening).toBe(true);
    const given = readFileSync(join(folder, "arguments"), "utf8");
    expect(given).not.toContain("secret-of-the-test");
    expect(readFileSync(join(folder, "mode"), "utf8")).toBe("600\n");
    expect(readFileSync(join(folder, "page"), "utf8")).toContain("secret-of-the-test");
    expect(existsSync(given)).toBe(false);
  });
});
