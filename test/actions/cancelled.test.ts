import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Script } from "#test/model/script.ts";
import { until } from "#test/world/until.ts";
import { buildAction, type Hosted, type HostedJob, jobOf, openHosted } from "./hosted.ts";
import { cancelAsGitHub } from "./job.ts";

/** Claude changes a file, and then waits until it is ended. */
const waiting: Script = [
  {
    text: "I change it.",
    tools: [{ name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js; sleep 600" } }],
  },
];
/** It finds what is there already, or does it now. */
const going: Script = [
  {
    text: "I look.",
    tools: [{ name: "Bash", input: { command: "git status --short; sed -i s/hello/salut/ greet.js" } }],
  },
  { text: "The greeting is French now." },
];

let built: ReturnType<typeof buildAction>;
let hosted: Hosted;
let issue: number;
let job: HostedJob;
beforeAll(() => {
  built = buildAction();
});
afterAll(() => built.remove());
beforeEach(async () => {
  hosted = await openHosted({ bundle: built.bundle, scripts: { default: waiting } });
  issue = hosted.github.as("ada").openIssue(hosted.repo, { title: "Greet in French", body: "Say bonjour." });
  hosted.github.as("ada").label(hosted.repo, issue, "claude");
  job = await until("a job", jobOf(hosted, "issues"));
  await until("Claude at work", () => (job.log().includes("sleep 600") ? true : null));
});
afterEach(() => hosted.close());

const git = (args: readonly string[], input?: string) =>
  execFileSync("git", args, { cwd: hosted.gitDir, encoding: "utf8", ...(input === undefined ? {} : { input }) }).trim();
const stateRef = () => `refs/cc-orchestrator/tasks/issue-${issue}`;
const note = () =>
  JSON.parse(git(["log", "-1", "--format=%B", stateRef()])) as { holder: { job: string; until: number } | null };
const savedBytes = () => Number(git(["cat-file", "-s", `${stateRef()}:content`]));
const saved = () => hosted.refs().filter((ref) => ref.includes("/recovery/"));

describe("a job that GitHub cancels, which leaves it ten seconds,", () => {
  test("saves its work and what the next job needs, also when everything around it is slow (I1)", async () => {
    // The remote takes its time with saved work, and GitHub with everything that it is told.
    const hook = join(hosted.gitDir, "hooks/pre-receive");
    writeFileSync(hook, "#!/bin/sh\nif grep -q /recovery/; then sleep 4; fi\n");
    chmodSync(hook, 0o755);
    for (const method of ["POST", "PATCH", "PUT", "DELETE"]) hosted.github.faults.delay(method, 4_000, 100);
    const { wasKilled, tookMs } = await cancelAsGitHub(job);
    const { outputs, log } = await job.result;
    expect([wasKilled, outputs.conclusion], log).toEqual([false, "cancelled"]);
    expect(tookMs).toBeGreaterThan(5_000);
    expect(
      saved().map((ref) => git(["show", `${ref}:greet.js`])),
      log,
    ).toEqual([expect.stringContaining("bonjour")]);
    expect(note().holder).toBeNull();
    hosted.github.faults.clear();

    hosted.model.script("default", going);
    hosted.github.as("ada").comment(hosted.repo, issue, "/claude run");
    const next = await (await until("the next job", jobOf(hosted, "issue_comment"))).result;
    expect([next.code, next.outputs.task, next.outputs.conclusion], next.log).toEqual([0, "TASK-1", "success"]);
    expect(next.annotations.map(({ text }) => text).join()).not.toContain("cannot be read");
  });

  test("is killed all the same: the next one goes on from what was kept, in the same conversation and with the files", async () => {
    await until("saved work", () => (saved().length > 0 && savedBytes() > 0 ? true : null), 90_000);
    await killMachine(job);
    hosted.model.script("default", going);
    expect(note().holder).not.toBeNull();
    overdue();
    const next = await (await hosted.start("schedule", { schedule: "17 * * * *" })).result;
    expect([next.code, next.outputs.conclusion], next.log).toEqual([0, "success"]);
    const asked = hosted.model.requests.filter(({ kind }) => kind === "main");
    expect(new Set(asked.map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(JSON.stringify(asked.at(-1)?.body)).toContain("the machine that ran you was taken away");
    expect(next.log).toContain("brought unfinished work back");
    const [pull] = hosted.github.pulls(hosted.repo);
    expect(git(["show", `${pull?.headRef}:greet.js`])).toContain("bonjour");
    expect(hosted.github.comments(hosted.repo, issue)).toHaveLength(1);
    expect(hosted.github.violations).toEqual([]);
  });
});

/** All of a job's machine at once, as when GitHub's patience ends. */
async function killMachine({ child, result }: HostedJob): Promise<void> {
  child.kill("SIGKILL");
  const folder = join(process.env.TMUX_TMPDIR ?? "/tmp", `tmux-${process.getuid?.() ?? 0}`);
  const socket = readdirSync(folder).find((name) => name.endsWith(`-${child.pid}`)) ?? "";
  execFileSync("tmux", ["-L", socket, "kill-server"]);
  rmSync(join(folder, socket), { force: true });
  await result;
}

/** As if the minutes had passed in which a job has to be heard. */
function overdue(): void {
  const { holder, ...rest } = note();
  const message = JSON.stringify({ ...rest, holder: holder && { ...holder, until: Date.now() - 1 } });
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  git(["update-ref", stateRef(), git([...identity, "commit-tree", `${stateRef()}^{tree}`], message)]);
}
