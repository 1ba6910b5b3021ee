import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { comeIn } from "#action/standalone/come-in.ts";
import { openRefs } from "#action/state/refs.ts";
import { openKeys } from "#action/state/sealed.ts";
import { openTurns, type Turn, type Turns, turnMs } from "#action/state/turn.ts";
import type { Delivery } from "#operations/ports/deliveries.ts";

let folder: string;
let now: number;
let busy: { turns: Turns; turn: Turn };
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cco-come-in-"));
  now = 1_000_000;
  execFileSync("git", ["init", "--quiet", "--bare", join(folder, "remote.git")]);
  const turns = await aJob("busy");
  const turn = await turns.take(5);
  if ("heldBy" in turn) throw new Error("it is taken");
  busy = { turns, turn };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function aJob(name: string): Promise<Turns> {
  const refs = await openRefs({ url: join(folder, "remote.git"), folder: join(folder, name), credential: null });
  return openTurns({ refs, keys: openKeys("sk-ant-one", 7), job: name, clock: () => now });
}
const delivery: Delivery = {
  guid: "job-2-1",
  hookId: "actions",
  event: "issue_comment",
  action: "created",
  receivedAt: 1_000_000,
  happening: null,
};
const files = new Map([["server/state.db", Buffer.from("as it is")]]);
/** Comes in while the other job has the turn; `each` is what happens while it waits. */
const comes = async (each: () => Promise<void>, of: { delivery: Delivery | null } = { delivery }) =>
  comeIn({
    turns: await aJob("new"),
    issue: 5,
    clock: () => now,
    ...of,
    pause: async (ms) => {
      now += ms;
      await each();
    },
  });

describe("a job that comes while another one works", () => {
  test("ends when that one has its request safe", async () => {
    const came = await comes(async () => {
      const done = await busy.turns.inbox(5);
      await busy.turn.save({ files, pull: null, done });
    });
    expect(came).toEqual({ heldBy: "busy" });
    expect(await busy.turns.inbox(5)).toEqual([]);
  });

  test("stays while nobody answers, and has the turn as soon as it is over: the other one was killed (I1)", async () => {
    let waits = 0;
    const began = now;
    const came = await comes(async () => {
      waits += 1;
      if (waits === 2) now += turnMs;
    });
    expect(came).toMatchObject({ isHeard: true });
    expect(now - began).toBeLessThan(turnMs + 60_000);
    expect(await busy.turns.inbox(5)).toHaveLength(1);
  });

  test("leaves its request and ends when that one is there and does not take it in for minutes", async () => {
    const came = await comes(async () => {
      now += 60_000;
      await busy.turn.renew();
    });
    expect(came).toEqual({ heldBy: "busy" });
    expect(await busy.turns.inbox(5)).toHaveLength(1);
  });

  test("ends at once when it has nothing to ask for", async () => {
    const never = () => Promise.reject(new Error("it waited"));
    expect(await comes(never, { delivery: null })).toEqual({ heldBy: "busy" });
  });
});
