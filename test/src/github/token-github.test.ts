import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CheckRunPicture } from "#domain/picture.ts";
import { threadMarker } from "#domain/surfaces/marker.ts";
import { TokenRefusedError } from "#operations/ports/github.ts";
import { openTokenApp, type TokenApp } from "./token.ts";

let app: TokenApp;
let now = Date.now();
beforeAll(async () => {
  app = await openTokenApp({ clock: () => now });
});
afterAll(() => app.close());

const ada = () => app.standIn.as("ada");
const marker = threadMarker({ runId: 1, comment: 2 }, "key");

function aMark(headSha: string, changes: Partial<CheckRunPicture> = {}): CheckRunPicture {
  return {
    headSha,
    name: "claude",
    externalId: "TASK-1",
    status: "in_progress",
    conclusion: null,
    title: "Working: Claude is on it.",
    summary: "",
    startedAt: null,
    completedAt: null,
    actions: [],
    annotations: [],
    url: "https://github.test/acme/shop/issues/1",
    ...changes,
  };
}

async function aPull(branch: string): Promise<{ number: number; sha: string }> {
  const { name } = app.shop;
  const sha = await ada().push(name, { branch, message: "Greet", files: { "greet.js": `${branch}\n` } });
  const picture = { branch, base: null, title: "Greet", body: "Text", ready: false };
  const { number } = await app.github.openPullRequest(app.shop, picture);
  return { number, sha };
}

test("GitHub says whose token it is, which repositories it reaches and what people may do there", async () => {
  const { github, shop } = app;
  expect(await github.whoAmI()).toBe("ada");
  const refused: string[] = [];
  expect(await github.repositories((why) => refused.push(why))).toMatchObject([shop]);
  expect(await github.find(shop.name)).toEqual(shop);
  expect(await Promise.all(["bob", "eve", "nobody"].map((login) => github.roleOf(shop, login)))).toEqual([
    "write",
    "read",
    "none",
  ]);
  expect([await github.isInstalled(shop), await github.isInstalled({ ...shop, name: "acme/other" })]).toEqual([
    true,
    false,
  ]);
  expect(refused).toEqual([]);
  const { username, password } = await github.credential(shop, "write");
  expect([username, password]).toEqual(["x-access-token", app.token]);
});

describe("a commit status takes the place of the check run", () => {
  test("with state, a description that fits, and where more is to be read", async () => {
    const { github, shop, standIn } = app;
    const { sha } = await aPull("claude/status");
    const words = { title: "Working: ".padEnd(300, "x") };
    const id = await github.createCheckRun(shop, aMark(sha, words));
    expect(await github.checkRunState(shop, id)).toEqual({ headSha: sha, status: "in_progress", conclusion: null });
    await github.updateCheckRun(shop, id, aMark(sha, { status: "completed", conclusion: "failure", title: "Failed" }));
    expect(await github.checkRunState(shop, id)).toMatchObject({ status: "completed", conclusion: "failure" });
    const [first, second] = standIn.statuses(shop.name, sha);
    expect(first).toMatchObject({ context: "claude", state: "pending" });
    expect(first?.description?.length).toBeLessThanOrEqual(140);
    expect(second).toEqual({ context: "claude", state: "failure", description: "Failed" });
    expect(standIn.checkRuns(shop.name, sha)).toEqual([]);
  });

  test("and is not taken for somebody's failing check, as theirs are", async () => {
    const { github, shop, standIn } = app;
    const { sha } = await aPull("claude/checks");
    await github.createCheckRun(shop, aMark(sha, { status: "completed", conclusion: "failure" }));
    expect(await github.checksOn(shop, sha)).toMatchObject({ failing: [], pending: 0, all: [] });
    await standIn.reportStatus(shop.name, sha, { context: "ci/lint", state: "failure" });
    await standIn.reportCheck(shop.name, sha, { name: "test", conclusion: "failure" });
    const { failing } = await github.checksOn(shop, sha);
    expect(failing.map(({ name }) => name)).toEqual(["test", "ci/lint"]);
  });
});

describe("what we say in the name of a person is not taken for what that person says", () => {
  test("our comment is found again, and is nobody's in the prompt; theirs counts", async () => {
    const { github, shop, standIn } = app;
    standIn.createUser("bob");
    const issue = ada().openIssue(shop.name, { title: "Greet" });
    standIn.as("bob").comment(shop.name, issue, `${marker}\n\ncopied`);
    const id = await github.createComment(shop, issue, `${marker}\n\nOurs`);
    const own = ada().comment(shop.name, issue, "/claude stop");
    expect(await github.findComment(shop, issue, marker)).toBe(id);
    const { comments } = await github.issue(shop, issue);
    expect(comments.map(({ author, isBot }) => [author, isBot])).toEqual([
      ["bob", false],
      ["ada", true],
      ["ada", false],
    ]);
    const listed = await github.commentsSince(shop, now - 3_600_000);
    expect(listed.filter(({ thread }) => thread === issue)).toMatchObject([
      { author: { login: "bob", isBot: false }, isOurs: false, isPullRequest: false },
      { id, isOurs: true },
      { id: String(own), isOurs: false, body: "/claude stop" },
    ]);
  });

  test("a review that is only our own answers is no review of a person", async () => {
    const { github, shop, standIn } = app;
    const { number, sha } = await aPull("claude/review");
    const comments = [{ path: "greet.js", line: 1, body: "Why?" }];
    await standIn.as("bob").review(shop.name, number, { event: "COMMENT", comments });
    const [asked] = await github.reviewComments(shop, number);
    await github.replyInThread(shop, number, asked?.id ?? 0, `See ${sha}.\n\n${marker}`);
    ada().replyInThread(shop.name, number, asked?.id ?? 0, "I see it, too");
    const reviews = await github.reviewsOf(shop, number);
    expect(reviews.map(({ author, isBot }) => [author, isBot])).toEqual([
      ["bob", false],
      ["ada", true],
      ["ada", false],
    ]);
    const listed = await github.commentsSince(shop, 0);
    expect(listed.filter(({ isPullRequest }) => isPullRequest)).toEqual([]);
  });
});

test("asked again for what has not changed, GitHub counts nothing", async () => {
  const { github, shop, standIn } = app;
  const look = async () => {
    await github.repositories(() => undefined);
    await github.labelledIssues(shop, "claude");
    await github.commentsSince(shop, 1_000);
  };
  await look();
  const before = standIn.calls.length;
  await look();
  expect(standIn.calls.slice(before).map(({ status }) => status)).toEqual([304, 304, 304]);
});

test("a token that was revoked makes everything wait, is told of once, and is replaced while the program runs", async () => {
  const { github, shop, standIn, told } = app;
  const fresh = standIn.revokeTokens("ada");
  const refusal = await github.issue(shop, 1).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(TokenRefusedError);
  expect(String(refusal)).toContain("init --token");
  expect(String(refusal)).not.toContain(app.token);
  // A runner that asks for it is told to ask again, and does.
  await expect(github.credential(shop, "write")).rejects.toBeInstanceOf(TokenRefusedError);
  const before = standIn.calls.length;
  await expect(github.createComment(shop, 1, "x")).rejects.toBeInstanceOf(TokenRefusedError);
  // Nothing is sent before it may have been replaced.
  expect([told, standIn.calls.length - before]).toEqual([["refused"], 0]);
  // One that is put in its place is tried at once; the same one only after a while.
  now += 31_000;
  await expect(github.issue(shop, 1)).rejects.toBeInstanceOf(TokenRefusedError);
  expect(standIn.calls.length - before).toBe(1);
  app.token = fresh;
  expect((await github.issue(shop, 1)).isOpen).toBe(true);
  expect(told).toEqual(["refused", "taken"]);
});

test("what a token may not do is said with where to give it", async () => {
  const { github, shop, standIn } = app;
  const message = "Resource not accessible by personal access token";
  standIn.faults.failNext({ route: "POST /repos/{owner}/{repo}/statuses/{sha}", status: 403, message });
  await expect(github.createCheckRun(shop, aMark("a".repeat(40)))).rejects.toThrow(/lacks a permission.*token's page/);
});
