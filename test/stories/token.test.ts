import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Task } from "#protocol/task.ts";
import type { Script } from "#test/model/script.ts";
import { until } from "#test/world/until.ts";
import { worldHere } from "./opened.ts";
import { finished, frenchGreeting, hasEnded, stateLabelOf } from "./told.ts";

const wish = { title: "Greet in French", body: "Say bonjour." };
const exclaim: Script = [
  { text: "I look at it.", tools: [{ name: "Bash", input: { command: "sed -i s/bonjour/bonjour!/ greet.js" } }] },
  { text: "It exclaims now." },
];

test("with a person's token alone an issue becomes a pull request, its failing CI is repaired, and it is merged", async () => {
  const world = await worldHere({ token: "ada", scripts: { default: [...frenchGreeting, ...exclaim] } });
  const { github, repo } = world;
  const ada = github.as("ada");
  const issue = ada.openIssue(repo, wish);
  ada.label(repo, issue, "claude");
  const first = await world.taskOf(issue, hasEnded, "the end of the run");
  expect(first).toMatchObject({ status: "in_review", requestedBy: "ada", reason: null });
  await finished(world, issue);

  const [pull] = github.pulls(repo);
  expect(pull).toMatchObject({ author: "ada", draft: true, state: "open", title: "Greet in French" });
  const stands = (sha: string) => github.statuses(repo, sha).at(-1);
  const done = { context: "claude", state: "success", description: "Done" };
  const head = pull?.headSha ?? "";
  await until("the status of the end", () => (stands(head)?.state === "success" ? true : null));
  expect([stands(head), github.checkRuns(repo)]).toEqual([done, []]);
  const comments = github.comments(repo, issue);
  expect(comments).toHaveLength(1);
  expect(comments[0]).toMatchObject({ author: "ada", body: expect.stringContaining("The greeting is French now.") });
  expect(comments[0]?.body).toContain("written by cc-orchestrator");

  await github.reportCheck(repo, head, { name: "test", conclusion: "failure", summary: "exclaim" });
  const wasRepaired = ({ runs }: Task) =>
    runs.at(-1)?.purpose === "fix_checks" && runs.at(-1)?.conclusion === "success";
  const repaired = await world.taskOf(issue, wasRepaired, "the repair");
  expect(new Set(repaired.runs.map(({ sessionId }) => sessionId)).size).toBe(1);
  const now = await until("the new head", () => {
    const sha = github.pulls(repo)[0]?.headSha ?? head;
    return sha !== head && stands(sha)?.state === "success" ? sha : null;
  });
  expect(await github.fileAt(repo, now, "greet.js")).toContain("bonjour!");
  expect(stands(head)?.description).toMatch(/^Done|^Superseded/);

  await ada.mergePullRequest(repo, pull?.number ?? 0);
  await world.taskOf(issue, ({ conclusion }) => conclusion === "success", "the merge");
  await until("the label of a merged task", () => (stateLabelOf(world, issue)[0] === "claude:done" ? true : null));
  expect(github.comments(repo, issue)).toHaveLength(1);
  expect(github.violations).toEqual([]);
});

test("the token's own person stops Claude by a comment; a token that is revoked is replaced while all of it runs", async () => {
  const slow: Script = [{ text: "I wait.", tools: [{ name: "Bash", input: { command: "sleep 60" } }] }];
  const world = await worldHere({ token: "ada", scripts: { default: slow } });
  const { github, repo, folder, log } = world;
  const ada = github.as("ada");
  const issue = ada.openIssue(repo, wish);
  ada.label(repo, issue, "claude");
  // Its branch stands on GitHub by then: what goes on needs no token until there is something to push.
  const isAtWork = ({ status, pullRequest }: Task) => status === "in_progress" && pullRequest !== null;
  await world.taskOf(issue, isAtWork, "Claude at work");
  await until("the comment", () => (github.comments(repo, issue).length === 1 ? true : null));

  const fresh = github.revokeTokens("ada");
  ada.comment(repo, issue, "/claude stop");
  await until("the sentence in the log", () =>
    log().includes("GitHub does not take the token any more") ? true : null,
  );
  const trouble = async () => (await world?.operator("health"))?.trouble ?? "";
  expect(await trouble()).toContain("cc-orchestrator init --token");
  const refused = await world.taskOf(issue, isAtWork, "Claude at work all the same");
  expect(refused.runs).toHaveLength(1);
  writeFileSync(join(folder, "github.token"), fresh, { mode: 0o600 });
  const stopped = await world.taskOf(issue, hasEnded, "the stop", 60_000);
  expect(stopped).toMatchObject({ status: "completed", conclusion: "cancelled", reason: { code: "cancelled" } });
  expect([log().includes("GitHub takes the token again"), await trouble()]).toEqual([true, ""]);
  expect(log()).not.toContain(fresh);
  expect(github.violations).toEqual([]);
});
