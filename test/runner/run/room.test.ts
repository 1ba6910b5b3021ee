import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRoom } from "#runner/room.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "cc-room-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const none = { memoryBytes: 0, diskBytes: 0 };
const huge = 1024 ** 6;

test.each([
  { what: "memory", floors: { ...none, memoryBytes: huge }, code: "low_memory" },
  { what: "disk", floors: { ...none, diskBytes: huge }, code: "low_disk" },
])("below the floor of $what no run is claimed, and it is said why", ({ what, floors, code }) => {
  const obstacle = openRoom(home, { floors, now: () => new Date() }).obstacle();
  expect(obstacle).toMatchObject({ code, sentence: expect.stringContaining(what) });
  expect(obstacle?.advice).toBeTruthy();
});

test("a usage limit of the login holds until it ends, over a restart too; the latest end counts", () => {
  let now = new Date("2026-01-01T12:00:00Z");
  const options = { floors: none, now: () => now };
  const room = openRoom(home, options);
  expect(room.obstacle()).toBeNull();
  room.limited(new Date("2026-01-01T14:05:00Z"));
  room.limited(new Date("2026-01-01T13:00:00Z"));
  expect(openRoom(home, options).obstacle()).toMatchObject({ code: "usage_limit", until: "2026-01-01T14:05:00.000Z" });
  now = new Date("2026-01-01T14:05:01Z");
  expect(room.obstacle()).toBeNull();
  expect(openRoom(home, options).obstacle()).toBeNull();
});
