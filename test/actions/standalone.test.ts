import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Conversation } from "#test/model/conversation.ts";
import type { Message } from "#test/model/script.ts";
import { until } from "#test/world/until.ts";
import { buildAction, type Hosted, jobOf, openHosted } from "./hosted.ts";

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
    expect(hosted.refs()).toEqual([
      `refs/cc-orchestrator/pulls/${pull?.number}/issue-${issue}`,
      `refs/cc-orchestrator/tasks/issue-${issue}`,
    ]);
    expect(hosted.github.violations).toEqual([]);
  });
});
