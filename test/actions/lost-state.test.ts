import { execFileSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { until } from "#test/world/until.ts";
import { buildAction, type Hosted, jobOf, openHosted } from "./hosted.ts";

const scripts = {
  default: [
    { text: "I work.", tools: [{ name: "Bash", input: { command: "date +%N >> greet.js" } }] },
    { text: "It is done." },
  ],
};

let built: ReturnType<typeof buildAction>;
let hosted: Hosted;
beforeAll(() => {
  built = buildAction();
});
afterAll(() => built.remove());
afterEach(() => hosted.close());

const nextJob = async (event: string, index = 0) =>
  (await until(`a job for ${event}`, jobOf(hosted, event, index))).result;

/** Somebody with the right to push has removed all that jobs have left for each other. */
function forget(): void {
  for (const ref of hosted.refs()) execFileSync("git", ["update-ref", "-d", ref], { cwd: hosted.gitDir });
}

test.each([
  { what: "was deleted", lose: forget, said: "is gone", comments: 1 },
  {
    what: "is sealed with another key",
    lose: () => hosted.use({ "state-key": "another secret of the repository" }),
    said: "cannot be read",
    comments: 2,
  },
])("when what jobs left each other $what, a review goes on all the same, and the issue says so", async (of) => {
  hosted = await openHosted({ bundle: built.bundle, scripts });
  const ada = hosted.github.as("ada");
  const issue = ada.openIssue(hosted.repo, { title: "Greet in French", body: "Say bonjour." });
  ada.label(hosted.repo, issue, "claude");
  const first = await nextJob("issues");
  expect([first.code, first.outputs.conclusion], first.log).toEqual([0, "success"]);
  of.lose();
  // A look at everything does not take the issue for one that nobody has worked on.
  const looked = await (await hosted.start("schedule", { schedule: "17 * * * *" })).result;
  expect([looked.code, looked.outputs.conclusion], looked.log).toEqual([0, "skipped"]);
  const [before] = hosted.github.pulls(hosted.repo);
  await ada.review(hosted.repo, before?.number ?? 0, { event: "REQUEST_CHANGES", body: "Say why." });
  const second = await nextJob("pull_request_review");
  expect([second.code, second.outputs.task, second.outputs.conclusion], second.log).toEqual([0, "TASK-1", "success"]);
  expect(second.annotations.map(({ text }) => text).join()).toContain(of.said);
  expect(JSON.stringify(hosted.model.requests.filter(({ kind }) => kind === "main").at(-1)?.body)).toContain(
    "Say why.",
  );
  const comments = hosted.github.comments(hosted.repo, issue).map(({ body }) => body);
  expect(comments.join("\n")).toContain(of.said);
  expect(comments.filter((body) => body.includes(`task=${issue} `))).toHaveLength(of.comments);
  expect(hosted.github.pulls(hosted.repo)).toHaveLength(1);
  expect(hosted.github.pulls(hosted.repo)[0]?.headSha).not.toBe(before?.headSha);
  expect(hosted.github.violations).toEqual([]);
});
