import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Conversation } from "#test/model/conversation.ts";
import type { Message } from "#test/model/script.ts";
import { until } from "#test/world/until.ts";
import { buildAction, type Hosted, jobOf, openHosted } from "./hosted.ts";
import { besidesMasks } from "./job.ts";

const scripts = {
  default: [
    ({ prompt }: Conversation): Message => ({
      text: "I change it.",
      tools: [
        {
          name: "Bash",
          input: { command: `sed -i s/hello/bonjour/ greet.js${prompt.includes("Wait") ? "; sleep 600" : ""}` },
        },
      ],
    }),
    { text: "The greeting is French now." },
    { text: "I go on.", tools: [{ name: "Bash", input: { command: "echo '// reviewed' >> greet.js" } }] },
    { text: "It says why now." },
  ],
};

let built: ReturnType<typeof buildAction>;
let hosted: Hosted;
beforeAll(() => {
  built = buildAction();
});
afterAll(() => built.remove());
afterEach(() => hosted.close());

const open = async (more: Partial<Parameters<typeof openHosted>[0]> = {}) => {
  hosted = await openHosted({ bundle: built.bundle, scripts, ...more });
  return hosted;
};
const label = (title = "Greet in French", body = "Say bonjour.") => {
  const issue = hosted.github.as("ada").openIssue(hosted.repo, { title, body });
  hosted.github.as("ada").label(hosted.repo, issue, "claude");
  return issue;
};
const nextJob = (event: string, index = 0) => until(`a job for ${event}`, jobOf(hosted, event, index));

describe("a workflow without a server", () => {
  test("makes a pull request of a labelled issue, and shows it on the issue, with a check run", async () => {
    await open();
    const issue = label();
    const job = await nextJob("issues");
    const { code, outputs, annotations, summary, log } = await job.result;
    expect([code, annotations.map(({ kind }) => kind)], log).toEqual([0, ["notice"]]);
    const [pull] = hosted.github.pulls(hosted.repo);
    expect(outputs).toMatchObject({ task: `TASK-${issue}`, conclusion: "success", branch: pull?.headRef });
    expect(summary).toContain("Greet in French");
    const [comment] = hosted.github.comments(hosted.repo, issue);
    expect(comment?.author).toBe("github-actions[bot]");
    expect(hosted.github.checkRuns(hosted.repo, pull?.headSha ?? "")).toHaveLength(1);
    const sockets = join(process.env.TMUX_TMPDIR ?? "/tmp", `tmux-${process.getuid?.() ?? 0}`);
    expect(readdirSync(sockets).filter((name) => name.endsWith(`-${job.child.pid}`))).toEqual([]);
    expect(hosted.refs()).toEqual([
      `refs/cc-orchestrator/pulls/${pull?.number}/issue-${issue}`,
      `refs/cc-orchestrator/tasks/issue-${issue}`,
    ]);
    expect(hosted.github.violations).toEqual([]);
  });

  test("goes on with Claude's conversation when a review comes, in another job and other folders, until the merge", async () => {
    await open({ on: ["issues.labeled", "pull_request_review.submitted", "pull_request.closed"] });
    const issue = label();
    const first = await (await nextJob("issues")).result;
    const [pull] = hosted.github.pulls(hosted.repo);
    const number = pull?.number ?? 0;
    await hosted.github.as("ada").review(hosted.repo, number, { event: "REQUEST_CHANGES", body: "Say why." });
    const second = await (await nextJob("pull_request_review")).result;
    expect([second.code, second.outputs.conclusion], second.log).toEqual([0, "success"]);
    expect(second.outputs["session-id"]).toBe(first.outputs["session-id"]);
    expect(Number(second.outputs["cost-usd"])).toBeGreaterThan(Number(first.outputs["cost-usd"]));
    // One conversation: the second job's request holds what was said in the first.
    expect(JSON.stringify(hosted.model.requests.at(-1)?.body)).toContain("The greeting is French now.");
    expect(hosted.github.comments(hosted.repo, issue)).toHaveLength(1);
    await hosted.github.as("ada").mergePullRequest(hosted.repo, number);
    const last = await (await nextJob("pull_request")).result;
    expect([last.code, last.outputs.conclusion], last.log).toEqual([0, "skipped"]);
    expect(hosted.refs().filter((ref) => !ref.includes("/recovery/"))).toEqual([]);
    expect(hosted.github.issue(hosted.repo, issue).labels).toContain("claude:done");
    expect(hosted.github.violations).toEqual([]);
  });

  test("hears in the job at work what comes meanwhile: `/claude stop` is left to it by its own job, and stops it", async () => {
    await open();
    const issue = label("Wait for it");
    const job = await nextJob("issues");
    await until("Claude at work", () => (job.log().includes("sleep 600") ? true : null));
    hosted.github.as("ada").comment(hosted.repo, issue, "/claude stop");
    const told = await (await nextJob("issue_comment")).result;
    expect([told.code, told.outputs.conclusion], told.log).toEqual([0, "skipped"]);
    expect(told.annotations[0]?.text).toContain("takes this up");
    const { outputs, code, log } = await job.result;
    expect([code, outputs.conclusion], log).toEqual([1, "cancelled"]);
    expect(hosted.refs().filter((ref) => ref.includes("/inbox/"))).toEqual([]);
    expect(hosted.github.violations).toEqual([]);
  });

  test("that is cancelled on GitHub saves its work, says so on the issue and ends in time", async () => {
    await open();
    const issue = label("Wait for it");
    const job = await nextJob("issues");
    await until("Claude at work", () => (job.log().includes("sleep 600") ? true : null));
    const asked = performance.now();
    job.child.kill("SIGINT");
    const { outputs, annotations, log } = await job.result;
    expect(performance.now() - asked).toBeLessThan(10_000);
    expect(outputs.conclusion, log).toBe("cancelled");
    expect(annotations[0]?.text).toContain("being cancelled");
    const [comment] = hosted.github.comments(hosted.repo, issue);
    expect(comment?.body).toMatch(/stopped|cancelled/i);
    expect(hosted.refs().some((ref) => ref.includes("/recovery/"))).toBe(true);
  });

  test("with another key than before goes on from the branch and the comment, and says so", async () => {
    await open();
    const issue = label("Greet in French", "Wait for it.");
    const job = await nextJob("issues");
    await until("Claude at work", () => (job.log().includes("sleep 600") ? true : null));
    job.child.kill("SIGINT");
    await job.result;
    hosted.use({ "state-key": "another secret of the repository" });
    hosted.github.as("ada").editIssue(hosted.repo, issue, { body: "Say bonjour." });
    hosted.github.as("ada").unlabel(hosted.repo, issue, "claude");
    hosted.github.as("ada").label(hosted.repo, issue, "claude");
    const { code, outputs, annotations, log } = await (await nextJob("issues", 1)).result;
    expect([code, outputs.conclusion], log).toEqual([0, "success"]);
    expect(annotations.map(({ text }) => text).join()).toContain("cannot be read");
    expect(
      hosted.github.comments(hosted.repo, issue).filter(({ body }) => body.includes(`task=${issue} `)),
    ).toHaveLength(2);
    expect(hosted.github.pulls(hosted.repo)).toHaveLength(1);
  });

  test("goes by a token of Claude Code's instead of a key, which is not in the environment of its tools", async () => {
    const look = "env | grep -c -e OAUTH -e oat01 > seen.txt; sed -i s/hello/bonjour/ greet.js";
    await open({ scripts: { default: [{ text: "I look.", tools: [{ name: "Bash", input: { command: look } }] }] } });
    hosted.use({ "anthropic-api-key": "", "claude-code-oauth-token": hosted.model.key });
    label();
    const { code, outputs, log, printed } = await (await nextJob("issues")).result;
    expect([code, outputs.conclusion], log).toEqual([0, "success"]);
    expect(besidesMasks(printed)).not.toContain(hosted.model.key);
    const seen = execFileSync("git", ["show", `${outputs.branch}:seen.txt`], { cwd: hosted.gitDir, encoding: "utf8" });
    expect(seen.trim()).toBe("0");
  });

  test("by a schedule finds what nobody told of", async () => {
    await open({ on: [] });
    const issue = label();
    const { code, outputs, log } = await (await hosted.start("schedule", { schedule: "0 * * * *" })).result;
    expect([code, outputs.task, outputs.conclusion], log).toEqual([0, `TASK-${issue}`, "success"]);
    const again = await (await hosted.start("schedule", { schedule: "0 * * * *" })).result;
    expect([again.code, again.outputs.conclusion], again.log).toEqual([0, "skipped"]);
    expect(hosted.github.pulls(hosted.repo)).toHaveLength(1);
  });

  test("started by hand for an issue works on it, and so does a comment that asks for it", async () => {
    await open();
    const one = hosted.github.as("ada").openIssue(hosted.repo, { title: "Greet in French", body: "Say bonjour." });
    const byHand = await (await hosted.start("workflow_dispatch", { inputs: { issue: String(one) } })).result;
    expect([byHand.code, byHand.outputs.conclusion], byHand.log).toEqual([0, "success"]);
    const two = hosted.github.as("ada").openIssue(hosted.repo, { title: "Greet in French", body: "Say bonjour." });
    hosted.github.as("ada").comment(hosted.repo, two, "/claude run");
    const byComment = await (await nextJob("issue_comment")).result;
    expect([byComment.code, byComment.outputs.task], byComment.log).toEqual([0, `TASK-${two}`]);
    expect(hosted.github.pulls(hosted.repo)).toHaveLength(2);
  });
});
