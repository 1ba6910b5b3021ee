import { pino } from "pino";
import { afterEach, describe, expect, test, vi } from "vitest";
import { InstallationTokens } from "#github/installation-tokens.ts";
import { octokitGitHub } from "#github/octokit-github.ts";
import { apiVersion } from "#github/outward.ts";
import { openProbot } from "#github/probot.ts";
import { GitHubBusyError, GitHubRefusedError } from "#operations/ports.ts";
import { openTestApp, type TestApp } from "./app.ts";
import { type Answer, openFakeAnswers, type Received } from "./fake-answers.ts";
import { aPrivateKey, aSecret } from "./payloads.ts";

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

/** Our app before a server that says what the stand-in does not. */
async function anApp(answer: (received: Received) => Answer | Promise<Answer>) {
  const fake = await openFakeAnswers(answer);
  const app = await openProbot({
    appId: 1,
    privateKey: aPrivateKey,
    webhookSecret: aSecret,
    apiUrl: fake.url,
    writeIntervalMs: 0,
    requestTimeoutMs: 2_000,
    clock: () => Date.now(),
    log: pino({ level: "silent" }),
    accept: () => undefined,
  });
  closers.push(fake.close, app.close);
  return { fake, app, github: octokitGitHub({ probot: app.probot, appId: 1 }) };
}

// Each its own installation: Octokit shares token requests under way by that number, in the whole process.
let installations = 1_000;
function aRepository() {
  installations += 1;
  return { id: 42, name: "acme/shop", installationId: installations };
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

describe("F23: when GitHub says not now", () => {
  test.each<[string, Answer, number]>([
    ["429 with retry-after", { status: 429, headers: { "retry-after": "30" } }, 30_000],
    ["403 with a secondary limit and no hint", secondary(), 60_000],
    ["403 with retry-after", { status: 403, headers: { "retry-after": "90" } }, 90_000],
    ["403 with the limit used up", { status: 403, headers: usedUp(600) }, 600_000],
  ])("%s, it is let alone until then", async (_what, refusal, wait) => {
    let answers = 0;
    const { fake, github } = await anApp(() => {
      answers += 1;
      return answers === 1 ? refusal : { status: 201, body: { id: 5 } };
    });
    const repository = aRepository();
    const startedAt = Date.now();
    const busy = await github.createComment(repository, 1, "x").catch((thrown: unknown) => thrown);
    expect(busy).toBeInstanceOf(GitHubBusyError);
    const until = busy instanceof GitHubBusyError ? busy.until : 0;
    expect(until - startedAt).toBeGreaterThan(wait - 20_000);
    expect(until - startedAt).toBeLessThan(wait + 20_000);

    // Everything of this installation is refused without a call, other installations go on.
    await expect(github.createComment(repository, 2, "y")).rejects.toMatchObject({ name: "GitHubBusyError", until });
    await expect(github.issue(repository, 2)).rejects.toMatchObject({ until });
    expect(fake.calls()).toHaveLength(1);
    expect(await github.createComment(aRepository(), 1, "z")).toBe("5");

    vi.useFakeTimers({ toFake: ["Date"], now: until + 1 });
    expect(await github.createComment(repository, 1, "x")).toBe("5");
  });

  test("what stands in line is refused with it", async () => {
    const { fake, github } = await anApp(() => secondary());
    const repository = aRepository();
    const all = await Promise.allSettled([1, 2, 3, 4].map((issue) => github.createComment(repository, issue, "x")));
    expect(all.every((one) => one.status === "rejected" && one.reason instanceof GitHubBusyError)).toBe(true);
    expect(fake.calls()).toHaveLength(1);
  });

  test("without a hint the rest is twice as long each time, and short again after a success", async () => {
    let refuse = true;
    const { github } = await anApp(() => (refuse ? secondary() : { status: 201, body: { id: 5 } }));
    const repository = aRepository();
    let now = Date.now();
    const waits: number[] = [];
    for (const next of [true, true, true, false, true]) {
      refuse = next;
      vi.useFakeTimers({ toFake: ["Date"], now });
      const outcome = await github.createComment(repository, 1, "x").catch((thrown: unknown) => thrown);
      if (!(outcome instanceof GitHubBusyError)) continue;
      waits.push(outcome.until - now);
      now = outcome.until + 1;
    }
    expect(waits).toEqual([60_000, 120_000, 240_000, 60_000]);
  });

  test("an answer that uses up the last of the limit is good, and the next call waits for the reset", async () => {
    const { fake, github } = await anApp(() => ({ status: 201, body: { id: 5 }, headers: usedUp(120) }));
    const repository = aRepository();
    expect(await github.createComment(repository, 1, "x")).toBe("5");
    await expect(github.createComment(repository, 1, "y")).rejects.toThrow(GitHubBusyError);
    expect(fake.calls()).toHaveLength(1);
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

describe("pacing", () => {
  test("writes start one after the other, a given time apart, and reads do not wait for them", async () => {
    const startedAt: number[] = [];
    let open = 0;
    let most = 0;
    const { github } = await (async () => {
      const fake = await openFakeAnswers(async ({ method }) => {
        if (method === "GET") return { status: 200, body: { id: 42, full_name: "a/b", default_branch: "main" } };
        startedAt.push(performance.now());
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setTimeout(resolve, 20));
        open -= 1;
        return { status: 201, body: { id: 5 } };
      });
      const app = await openProbot({
        appId: 1,
        privateKey: aPrivateKey,
        webhookSecret: aSecret,
        apiUrl: fake.url,
        writeIntervalMs: 200,
        requestTimeoutMs: 2_000,
        clock: () => Date.now(),
        log: pino({ level: "silent" }),
        accept: () => undefined,
      });
      closers.push(fake.close, app.close);
      return { github: octokitGitHub({ probot: app.probot, appId: 1 }) };
    })();
    const repository = aRepository();
    const writes = [1, 2, 3, 4].map((issue) => github.createComment(repository, issue, "x"));
    const ended: string[] = [];
    const eyes = github.acknowledge(repository, 9).then(() => ended.push("eyes"));
    const last = Promise.all(writes).then(() => ended.push("comments"));
    const read = github.repository(repository).then(() => ended.push("read"));
    await Promise.all([eyes, last, read]);
    expect(ended).toEqual(["read", "eyes", "comments"]);
    const gaps = startedAt.slice(1).map((at, index) => at - (startedAt[index] ?? 0));
    expect(gaps).toHaveLength(4);
    for (const gap of gaps) expect(gap).toBeGreaterThan(150);
    expect(most).toBe(1);
  });

  test("no more than eight reads at once", async () => {
    let open = 0;
    let most = 0;
    const { github } = await anApp(async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open -= 1;
      return { status: 200, body: { role_name: "write", permission: "write" } };
    });
    const repository = aRepository();
    await Promise.all(Array.from({ length: 30 }, () => github.roleOf(repository, "ada")));
    expect(most).toBe(8);
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

describe("what the stand-in never answers", () => {
  test("a comment that does not name its app is ours by our bot's login, and not by another bot's", async () => {
    let apps = 0;
    const comment = (id: number, login: string) => ({ id, body: "a marker", user: { login, type: "Bot" } });
    const { github } = await anApp(({ path }) => {
      if (!path.endsWith("/app")) return { status: 200, body: [comment(1, "evil[bot]"), comment(2, "ours[bot]")] };
      apps += 1;
      return apps === 1 ? { status: 500, body: {} } : { status: 200, body: { slug: "ours" } };
    });
    await expect(github.findComment(aRepository(), 1, "marker")).rejects.toThrow(/GitHub answered 500/);
    expect(await github.findComment(aRepository(), 1, "marker")).toBe("2");
    expect(await github.findComment(aRepository(), 1, "marker")).toBe("2");
    expect(apps).toBe(2);
  });

  test("a label definition that somebody else makes in between is as good as ours", async () => {
    const { fake, github } = await anApp(({ method, path }) => {
      if (method === "GET") return { status: 404, body: { message: "Not Found" } };
      return path.endsWith("/shop/labels")
        ? { status: 422, body: { message: "Validation Failed", errors: [{ code: "already_exists" }] } }
        : { status: 200, body: [{ name: "claude:queued" }] };
    });
    await github.showLabel(aRepository(), 1, "queued", null);
    expect(fake.calls()).toHaveLength(3);
  });

  test("a policy that is a folder is none, and one of more than 1 MB is refused", async () => {
    const bodies: unknown[] = [[], { type: "file", encoding: "none", content: "" }];
    const { github } = await anApp(() => ({ status: 200, body: bodies.shift() }));
    expect(await github.policyText(aRepository())).toBeNull();
    await expect(github.policyText(aRepository())).rejects.toThrow(/larger than 1 MB/);
  });

  test("of a branch's pull requests the open one counts, and those of forks and other branches do not", async () => {
    const pull = (number: number, state: string, ref: string, repository: number) => ({
      number,
      state,
      html_url: `https://github.com/acme/shop/pull/${number}`,
      head: { ref, sha: "a".repeat(40), repo: { id: repository } },
    });
    const { github } = await anApp(() => ({
      status: 200,
      body: [
        { ...pull(9, "open", "topic", 42), head: { ref: "topic", sha: "a".repeat(40), repo: null } },
        pull(8, "open", "topic", 666),
        pull(7, "open", "topic-2", 42),
        pull(6, "closed", "topic", 42),
        pull(5, "open", "topic", 42),
      ],
    }));
    expect(await github.findPullRequest(aRepository(), "topic")).toMatchObject({ number: 5, state: "open" });
  });

  test("a permission that the app lacks is refused with what to do", async () => {
    const { github } = await anApp(() => ({
      status: 403,
      body: { message: "Resource not accessible by integration" },
    }));
    await expect(github.createComment(aRepository(), 1, "x")).rejects.toThrow(
      /compare its settings on GitHub with app.yml/,
    );
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

function secondary(): Answer {
  return { status: 403, body: { message: "You have exceeded a secondary rate limit." } };
}

function usedUp(seconds: number): Record<string, string> {
  const reset = Math.ceil(Date.now() / 1_000) + seconds;
  return { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) };
}
