import { afterEach, describe, expect, test, vi } from "vitest";
import { InstallationTokens } from "#github/installation-tokens.ts";
import { apiVersion } from "#github/outward.ts";
import { GitHubBusyError, GitHubRefusedError } from "#operations/ports/github.ts";
import { openTestApp, type TestApp } from "./app.ts";
import { aRepository, openAppBefore } from "./fake-answers.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0).reverse()) await close();
});

async function aWorld(options: { writeIntervalMs?: number; requestTimeoutMs?: number } = {}): Promise<TestApp> {
  const world = await openTestApp(options);
  closers.push(world.close);
  return world;
}

async function anApp(...given: Parameters<typeof openAppBefore>) {
  const opened = await openAppBefore(...given);
  closers.push(opened.close);
  return opened;
}

const aComment = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";

describe("F22: a write whose outcome is unknown is not sent again", () => {
  test.each([
    ["an answer of 502", { status: 502 }],
    ["a cut connection", { status: 502, cut: true }],
  ])("after %s", async (_what, fault) => {
    const world = await aWorld();
    const issue = world.standIn.as("ada").openIssue(world.shop.name, { title: "x" });
    world.standIn.faults.failNext({ route: aComment, when: "after", ...fault });
    const error = await world.github.createComment(world.shop, issue, "once").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(GitHubRefusedError);
    expect(error).not.toBeInstanceOf(GitHubBusyError);
    expect(world.standIn.comments(world.shop.name, issue)).toHaveLength(1);
    expect(await world.github.findComment(world.shop, issue, "once")).not.toBeNull();
  });

  test("F26: after no answer in time", async () => {
    const world = await aWorld({ requestTimeoutMs: 300 });
    const issue = world.standIn.as("ada").openIssue(world.shop.name, { title: "x" });
    await world.github.issue(world.shop, issue);
    world.standIn.faults.delay(aComment, 2_000);
    await expect(world.github.createComment(world.shop, issue, "slow")).rejects.toThrow(/no answer within 300 ms/);
  });

  test("and the error that comes of it carries nothing of the request", async () => {
    const { github } = await anApp(() => ({ status: 500, body: { message: "Server Error" } }));
    const error = await github.createComment(aRepository(), 1, "private words").catch((thrown: unknown) => thrown);
    expect(String(error)).toBe(
      "Error: GitHub answered 500 to POST /api/v3/repos/acme/shop/issues/1/comments: Server Error",
    );
    expect(JSON.stringify({ ...(error as object) })).toBe("{}");
  });
});

describe("F24: a token that GitHub no longer takes", () => {
  test("is made anew once", async () => {
    const world = await aWorld();
    const issue = world.standIn.as("ada").openIssue(world.shop.name, { title: "x" });
    await world.github.issue(world.shop, issue);
    const [first] = world.standIn.tokens;
    if (first !== undefined) first.revoked = true;
    // Octokit gives a token of less than five seconds time to become known to all of GitHub.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
    await world.github.createComment(world.shop, issue, "x");
    expect(world.standIn.tokens).toHaveLength(2);
    expect(world.standIn.comments(world.shop.name, issue)).toHaveLength(1);
  });

  test("is kept otherwise: many calls, one token", async () => {
    const world = await aWorld();
    const issue = world.standIn.as("ada").openIssue(world.shop.name, { title: "x" });
    await Promise.all(Array.from({ length: 12 }, () => world.github.issue(world.shop, issue)));
    expect(world.standIn.tokens).toHaveLength(1);
  });
});

describe("F25: GraphQL answers 200 when it refuses", () => {
  test.each([
    ["FORBIDDEN", "GitHubRefusedError"],
    ["NOT_FOUND", "GitHubRefusedError"],
    ["UNPROCESSABLE", "GitHubRefusedError"],
    ["RATE_LIMITED", "GitHubBusyError"],
    [undefined, "Error"],
  ])("%s is a %s", async (type, name) => {
    const { github } = await anApp(({ path }) =>
      path.endsWith("/graphql")
        ? { status: 200, body: { data: null, errors: [{ type, message: "Not today" }] } }
        : { status: 200, body: { draft: true, node_id: "PR_1" } },
    );
    const error = await github.markReady(aRepository(), 1).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name });
    if (name !== "GitHubBusyError") expect(String(error)).toContain("Not today");
  });
});

describe("every request", () => {
  test("names the API version and the program, requests for tokens included", async () => {
    const { fake, github } = await anApp(() => ({ status: 200, body: { role_name: "write", permission: "write" } }));
    await github.roleOf(aRepository(), "ada");
    await github.credential(aRepository(), "read");
    expect(fake.received).toHaveLength(3);
    for (const { headers } of fake.received) {
      expect(headers["x-github-api-version"]).toBe(apiVersion);
      expect(headers["user-agent"]).toMatch(/octokit|probot/);
    }
  });

  test("an organisation's own role counts as what it rests on, an unknown one as none", async () => {
    const bodies = [
      { role_name: "release-captain", permission: "write" },
      { role_name: "x", permission: "y" },
    ];
    const { github } = await anApp(() => ({ status: 200, body: bodies.shift() }));
    expect(await github.roleOf(aRepository(), "ada")).toBe("write");
    expect(await github.roleOf(aRepository(), "ada")).toBe("none");
  });

  test("is refused once the connection is closed, and closing does not wait for what never ends", async () => {
    const { app, fake, github } = await anApp(() => new Promise(() => undefined));
    const repository = aRepository();
    const hanging = expect(github.createComment(repository, 1, "x")).rejects.toThrow(/No answer from GitHub/);
    const waiting = expect(github.createComment(repository, 2, "x")).rejects.toThrow(/being closed/);
    await expect.poll(fake.calls).toHaveLength(1);
    await app.close();
    await Promise.all([hanging, waiting]);
    await expect(github.createComment(repository, 3, "x")).rejects.toThrow(/being closed/);
  });
});

test("a token is kept for its calls and forgotten before GitHub lets it expire", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const tokens = new InstallationTokens();
  tokens.set("7", "a|b");
  tokens.set("77", "c|d");
  vi.advanceTimersByTime(58 * 60_000);
  expect(tokens.get("7")).toBe("a|b");
  expect(tokens.forget(7)).toBe(true);
  expect(tokens.forget(7)).toBe(false);
  expect([tokens.get("7"), tokens.get("77")]).toEqual([undefined, "c|d"]);
  vi.advanceTimersByTime(2 * 60_000);
  expect(tokens.get("77")).toBeUndefined();
});
