import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inTurn } from "#runner/git/in-turn.ts";
import { LockHeldError, withLock } from "#runner/git/lock.ts";
import { isAlive, ownIdentity } from "#runner/git/process-identity.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cco-lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a lock is held by one at a time and leaves nothing behind", async () => {
  const path = join(folder, "lock");
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 8 }, () =>
      withLock(path, 10_000, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
      }),
    ),
  );
  expect(most).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

test("a living owner is waited for no longer than asked, and keeps the lock", async () => {
  const path = join(folder, "lock");
  await withLock(path, 1_000, async () => {
    await expect(withLock(path, 30, async () => "never")).rejects.toThrow(LockHeldError);
  });
  expect(await withLock(path, 30, async () => "now")).toBe("now");
});

test("F06: the lock of a dead process, of a reused process number and of an earlier boot is taken over", async () => {
  const path = join(folder, "lock");
  const child = spawn("true");
  await new Promise((resolve) => child.once("exit", resolve));
  const own = ownIdentity();
  for (const owner of [
    { ...own, pid: child.pid ?? 0 },
    { ...own, started: "1" },
    { ...own, boot: "an earlier boot" },
  ]) {
    await writeFile(path, JSON.stringify({ ...owner, token: "dead" }));
    const takers = Array.from({ length: 5 }, () => withLock(path, 5_000, async () => readFile(path, "utf8")));
    for (const held of await Promise.all(takers)) expect(JSON.parse(held)).toMatchObject(own);
  }
  expect(readdirSync(folder)).toEqual([]);
});

test("a lock file that a power cut left empty is nobody's", async () => {
  const path = join(folder, "lock");
  await writeFile(path, "");
  expect(await withLock(path, 1_000, async () => "taken")).toBe("taken");
});

test("this process is alive, and its number with another start is not", () => {
  expect(isAlive(ownIdentity())).toBe(true);
  expect(isAlive({ ...ownIdentity(), started: "0" })).toBe(false);
});

test("work under one key goes in turn, also after a failure", async () => {
  const order: string[] = [];
  const first = inTurn("key", async () => {
    order.push("first");
    throw new Error("first failed");
  });
  const second = inTurn("key", async () => order.push("second"));
  await expect(first).rejects.toThrow("first failed");
  await second;
  expect(order).toEqual(["first", "second"]);
});
