import { afterEach, describe, expect, test, vi } from "vitest";
import { GitHubBusyError } from "#operations/ports/github.ts";
import { type Answer, aRepository, openAppBefore, secondaryLimit, usedUp } from "./fake-answers.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0).reverse()) await close();
});

async function anApp(...given: Parameters<typeof openAppBefore>) {
  const opened = await openAppBefore(...given);
  closers.push(opened.close);
  return opened;
}

describe("F23: when GitHub says not now", () => {
  test.each<[string, Answer, number]>([
    ["429 with retry-after", { status: 429, headers: { "retry-after": "30" } }, 30_000],
    ["403 with a secondary limit and no hint", secondaryLimit(), 60_000],
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
    const { fake, github } = await anApp(() => secondaryLimit());
    const repository = aRepository();
    const all = await Promise.allSettled([1, 2, 3, 4].map((issue) => github.createComment(repository, issue, "x")));
    expect(all.every((one) => one.status === "rejected" && one.reason instanceof GitHubBusyError)).toBe(true);
    expect(fake.calls()).toHaveLength(1);
  });

  test("F12: a clock that is set back by hours meanwhile makes no hours of a minute", async () => {
    let refuse = true;
    const { github } = await anApp(() => (refuse ? secondaryLimit() : { status: 201, body: { id: 5 } }));
    const repository = aRepository();
    const before = Date.now();
    const wrong = before + 103 * 60_000;
    vi.useFakeTimers({ toFake: ["Date"], now: wrong });
    await expect(github.createComment(repository, 1, "x")).rejects.toMatchObject({ until: wrong + 60_000 });
    refuse = false;

    vi.setSystemTime(before);
    await expect(github.createComment(repository, 1, "x")).rejects.toMatchObject({ until: before + 60_000 });
    vi.setSystemTime(before + 60_001);
    expect(await github.createComment(repository, 1, "x")).toBe("5");
  });

  test("without a hint the rest is twice as long each time, and short again after a success", async () => {
    let refuse = true;
    const { github } = await anApp(() => (refuse ? secondaryLimit() : { status: 201, body: { id: 5 } }));
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

describe("pacing", () => {
  test("writes start one after the other, a given time apart, and reads do not wait for them", async () => {
    const startedAt: number[] = [];
    let open = 0;
    let most = 0;
    const { github } = await anApp(
      async ({ method }) => {
        if (method === "GET") return { status: 200, body: { id: 42, full_name: "a/b", default_branch: "main" } };
        startedAt.push(performance.now());
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setTimeout(resolve, 20));
        open -= 1;
        return { status: 201, body: { id: 5 } };
      },
      { writeIntervalMs: 200 },
    );
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
