import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBench } from "./bench.ts";
import { readContract } from "./contract/contract.ts";
import { acceptedExceptions } from "./contract/exceptions.ts";
import { routes } from "./routes/table.ts";
import { subscribableEvents } from "./webhooks/events.ts";

const contract = readContract();
const comment = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
const path = { owner: "ada", repo: "engine", issue_number: "1" };

test("the slice covers every route and every event that the stand-in knows", () => {
  expect(contract.source).toMatch(/^@octokit\/openapi \d+/);
  expect(routes.filter(({ method, path: template }) => !contract.operation(`${method} ${template}`))).toEqual([]);
  expect(subscribableEvents.filter((event) => contract.webhooksOf(event).length === 0)).toEqual([]);
});

test("the check fails for a bad request: a wrong type, a missing field, an invented field, an invented parameter", () => {
  expect(contract.checkRequest(comment, { path, query: {}, body: { body: "fine" } })).toEqual([]);
  expect(contract.checkRequest(comment, { path, query: {}, body: { body: 1 } })).toEqual([
    expect.stringContaining("must be string"),
  ]);
  expect(contract.checkRequest(comment, { path, query: {}, body: {} })).toEqual([
    expect.stringContaining("required property 'body'"),
  ]);
  expect(contract.checkRequest(comment, { path, query: {}, body: undefined })).toEqual(["body: missing"]);
  expect(contract.checkRequest(comment, { path, query: {}, body: { body: "x", colour: "red" } })).toEqual([
    expect.stringContaining("/colour is not a field that GitHub knows"),
  ]);
  expect(contract.checkRequest(comment, { path, query: { q: "1" }, body: { body: "x" } })).toEqual([
    expect.stringContaining("must NOT have additional properties"),
  ]);
  expect(
    contract.checkRequest(comment, { path: { ...path, issue_number: "one" }, query: {}, body: { body: "x" } }),
  ).toEqual([expect.stringContaining("must be integer")]);
  expect(contract.checkRequest("GET /made/up", { path: {}, query: {}, body: undefined })).toEqual([
    "unknown operation GET /made/up",
  ]);
});

test("the check fails for a bad answer and a bad webhook", () => {
  expect(contract.checkAnswer(comment, 201, { id: 1 }).length).toBeGreaterThan(3);
  expect(contract.checkAnswer(comment, 202, {})).toEqual([expect.stringContaining("answers 202")]);
  expect(contract.checkAnswer("DELETE /installation/token", 204, { a: 1 })).toEqual([
    expect.stringContaining("undescribed body"),
  ]);
  expect(contract.checkWebhook("issues", { action: "labeled" }).length).toBeGreaterThan(1);
  expect(contract.checkWebhook("issues", { action: "juggled" })).toEqual(["unknown webhook issues.juggled"]);
});

test("every accepted exception says why, and none of them accepts everything", () => {
  for (const { reason, covers } of acceptedExceptions) {
    expect(reason.length).toBeGreaterThan(40);
    expect(covers("issues/create", "/title must be string")).toBe(false);
  }
});

test("a bad request and an unknown route reach the violations of a running stand-in", async () => {
  await using bench = await openBench();
  const { github, octokit } = bench;
  const number = github.as("ada").openIssue("ada/engine", { title: "One" });
  const target = { owner: "ada", repo: "engine", issue_number: number };
  await expect(
    octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...target,
      body: "x",
      colour: "red",
    }),
  ).rejects.toMatchObject({ status: 422 });
  await expect(octokit.request("GET /repos/{owner}/{repo}/topics", target)).rejects.toMatchObject({ status: 404 });
  expect(github.violations).toMatchObject([
    { side: "request", name: comment, errors: [expect.stringContaining("/colour")] },
    { side: "request", name: "GET /repos/ada/engine/topics" },
  ]);
});

test("the limits that the description leaves out are kept: lengths, conclusions, doubles, empty pulls, stale merges", async () => {
  await using bench = await openBench();
  const { github, octokit, repo } = bench;
  const at = { owner: "ada", repo: "engine" };
  const number = github.as("ada").openIssue(repo.fullName, { title: "One" });
  const invalid = { status: 422 };
  const { rest } = octokit;
  await expect(
    rest.issues.createComment({ ...at, issue_number: number, body: "x".repeat(65_537) }),
  ).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining("body is too long (maximum is 65536 characters)"),
  });
  await expect(rest.issues.create({ ...at, title: "x".repeat(257) })).rejects.toMatchObject(invalid);
  const check = { ...at, name: "Claude", head_sha: repo.sha };
  await expect(rest.checks.create({ ...check, status: "completed" })).rejects.toMatchObject(invalid);
  await expect(rest.checks.create({ ...check, head_sha: "0".repeat(40) })).rejects.toMatchObject(invalid);
  await expect(rest.issues.createLabel({ ...at, name: "CLAUDE" })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining("already_exists"),
  });
  await github.as("ada").push(repo.fullName, { branch: "topic", message: "T", files: { t: "t" } });
  const pull = { ...at, title: "T", head: "topic", base: "main" };
  await rest.pulls.create(pull);
  await expect(rest.pulls.create(pull)).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining("A pull request already exists for ada:topic."),
  });
  await rest.git.createRef({ ...at, ref: "refs/heads/same", sha: repo.sha });
  await expect(rest.pulls.create({ ...pull, head: "same" })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining("No commits between main and same"),
  });
  await expect(rest.git.createRef({ ...at, ref: "refs/heads/same", sha: repo.sha })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining("Reference already exists"),
  });
  await expect(rest.git.updateRef({ ...at, ref: "heads/topic", sha: repo.sha })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining("not a fast forward"),
  });
  const { data: open } = await rest.pulls.list(at);
  const merge = { ...at, pull_number: open[0]?.number ?? 0 };
  await expect(rest.pulls.merge({ ...merge, sha: repo.sha })).rejects.toMatchObject({ status: 409 });
  expect(github.violations).toEqual([]);
});

test("the committed slice was cut from the installed description; `node scripts/contract/slice.ts` cuts it anew", () => {
  const folder = join(import.meta.dirname, "../../node_modules/@octokit/openapi");
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  expect(contract.source).toBe(`@octokit/openapi ${version}`);
});
