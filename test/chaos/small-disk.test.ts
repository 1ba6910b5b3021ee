import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSmallDisk, type SmallDisk } from "./small-disk.ts";

let folder: string;
let disk: SmallDisk | string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cc-disk-"));
  disk = await openSmallDisk(join(folder, "state"), 2);
});
afterEach(async () => {
  if (typeof disk !== "string") await disk.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a disk of a few megabytes is full when it is filled and has room again after that; nobody else sees it (F27)", () => {
  // Some machines let nobody mount anything: then it says so, in a sentence.
  if (typeof disk === "string") return expect(disk).toMatch(/^this machine lets us/);
  const { enter, outside } = disk;
  const [program = "", ...args] = enter;
  const write = (name: string) => {
    const script = 'head -c 100000 /dev/zero > "$1"';
    return spawnSync(program, [...args, "sh", "-c", script, "sh", join(folder, "state", name)], { encoding: "utf8" });
  };
  expect(write("first").status).toBe(0);
  expect(existsSync(join(outside, "first"))).toBe(true);
  expect(readdirSync(join(folder, "state")), "what this process sees under the same name").toEqual([]);
  disk.fill();
  const refused = write("second");
  expect([refused.status === 0, refused.stderr]).toEqual([false, expect.stringContaining("No space left on device")]);
  disk.free();
  expect(write("third").status).toBe(0);
  const size = execFileSync(program, [...args, "df", "--output=size", "-k", join(folder, "state")], {
    encoding: "utf8",
  });
  expect(Number(size.split("\n")[1])).toBe(2_048);
});
