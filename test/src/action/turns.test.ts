import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRefs } from "#action/state/refs.ts";
import { openKeys } from "#action/state/sealed.ts";
import { openTurns, type Turn, TurnLostError, type Turns, turnMs } from "#action/state/turn.ts";

let folder: string;
let now: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cco-turns-"));
  now = 1_000_000;
  execFileSync("git", ["init", "--quiet", "--bare", join(folder, "remote.git")]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function aJob(name: string, secret: string | null = "sk-ant-one"): Promise<Turns> {
  const refs = await openRefs({ url: join(folder, "remote.git"), folder: join(folder, name), credential: null });
  return openTurns({ refs, keys: secret === null ? null : openKeys(secret, 7), job: name, clock: () => now });
}
async function taken(turns: Turns, issue: number): Promise<Turn> {
  const turn = await turns.take(issue);
  if ("heldBy" in turn) throw new Error(`held by ${turn.heldBy}`);
  return turn;
}
const files = (text: string) => new Map([["server/state.db", Buffer.from(text)]]);
const refsNow = () =>
  execFileSync("git", ["for-each-ref", "--format=%(refname)"], { cwd: join(folder, "remote.git"), encoding: "utf8" })
    .split("\n")
    .filter(Boolean);

describe("jobs of one issue", () => {
  test("take turns: the second one hears who has it, and finds what the first one left", async () => {
    const [one, two] = [await aJob("one"), await aJob("two")];
    const turn = await taken(one, 5);
    expect(turn.saved).toEqual({ kind: "none" });
    expect(await two.take(5)).toEqual({ heldBy: "one" });
    await turn.save({ files: files("first"), pull: 9, done: [] });
    expect((await two.issues()).get(5)).toBe(9);
    await turn.giveBack({ files: files("second"), pull: 9, done: [] });
    const next = await taken(two, 5);
    expect(next.saved).toEqual({ kind: "files", files: files("second") });
    await next.giveUp([]);
    expect(refsNow()).toEqual([]);
  });

  test("of which one was killed do not wait for it for ever, and it writes nothing when it is there after all", async () => {
    const [one, two] = [await aJob("one"), await aJob("two")];
    const late = await taken(one, 5);
    await late.save({ files: files("first"), pull: null, done: [] });
    now += turnMs + 1;
    const turn = await taken(two, 5);
    expect(turn.saved).toEqual({ kind: "files", files: files("first") });
    await expect(late.save({ files: files("stale"), pull: null, done: [] })).rejects.toBeInstanceOf(TurnLostError);
    await expect(late.renew()).rejects.toBeInstanceOf(TurnLostError);
    await turn.giveBack({ files: files("good"), pull: null, done: [] });
    expect((await taken(await aJob("three"), 5)).saved).toEqual({ kind: "files", files: files("good") });
  });

  test("lose nothing that comes at the same time: one gets the turn, and what waits is there for it, in order", async () => {
    const jobs = await Promise.all(["one", "two", "three", "four"].map((name) => aJob(name)));
    const got = await Promise.all(
      jobs.map(async (job, index) => {
        await job.put(5, { at: now + index, id: `event-${index}`, text: `said ${index}` });
        return "heldBy" in (await job.take(5)) ? 0 : 1;
      }),
    );
    expect(got.filter((one) => one === 1)).toHaveLength(1);
    const winner = jobs[got.indexOf(1)];
    const entries = (await winner?.inbox(5)) ?? [];
    expect(entries.map(({ text }) => text)).toEqual(["said 0", "said 1", "said 2", "said 3"]);
    const turn = await taken(winner as Turns, 5);
    await turn.giveBack({ files: files("done"), pull: null, done: entries });
    expect(await winner?.inbox(5)).toEqual([]);
  });

  test("with another key go on without what was left, and say so; nobody reads it without the key (S46)", async () => {
    const turn = await taken(await aJob("one"), 5);
    await turn.giveBack({ files: files("a secret conversation"), pull: null, done: [] });
    const other = await taken(await aJob("two", "sk-ant-two"), 5);
    expect(other.saved).toMatchObject({ kind: "unreadable" });
    await other.giveBack({ files: null, pull: null, done: [] });
    expect(await (await aJob("one")).look(5)).toEqual({ kind: "files", files: files("a secret conversation") });
    await (await taken(await aJob("two", "sk-ant-two"), 5)).giveBack({ files: files("new"), pull: null, done: [] });
    expect((await taken(await aJob("three", null), 5)).saved).toMatchObject({ kind: "unreadable" });
  });

  test("leave nothing behind when all is over, not even what waited or was put there by another key", async () => {
    const [one, two] = [await aJob("one"), await aJob("two", "sk-ant-two")];
    await two.put(5, { at: now, id: "event-1", text: "said" });
    const turn = await taken(one, 5);
    const entries = await one.inbox(5);
    expect(entries.map(({ text }) => text)).toEqual([""]);
    await turn.giveUp(entries);
    expect(refsNow()).toEqual([]);
  });

  test("leave each other alone when they are of different issues", async () => {
    const [one, two] = [await aJob("one"), await aJob("two")];
    await taken(one, 5);
    expect((await taken(two, 6)).saved).toEqual({ kind: "none" });
    expect((await taken(two, 55)).saved).toEqual({ kind: "none" });
  });
});
