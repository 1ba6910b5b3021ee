import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const hour = 60 * 60_000;
const clock = fileURLToPath(new URL("./shifted-clock.ts", import.meta.url));
/** Tells on each line of its input which instants it takes it to be. */
const program = `
require("node:readline").createInterface({ input: process.stdin }).on("line", () => console.log(JSON.stringify({
  now: Date.now(), made: new Date().getTime(), said: Date.parse(Date()), given: new Date(5).getTime(),
  isDate: new Date() instanceof Date, monotonic: performance.now(), utc: Date.UTC(1970, 0, 1),
})));`;
type Told = Record<"now" | "made" | "said" | "given" | "monotonic" | "utc", number> & { isDate: boolean };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cc-clock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the wall clock of a process jumps forward and back while it runs; its monotonic clock goes on (F12)", async () => {
  const file = join(folder, "clock");
  writeFileSync(file, String(hour));
  const argv = ["--disable-warning=ExperimentalWarning", "--import", clock, "--eval", program];
  const child = spawn(process.execPath, argv, {
    env: { ...process.env, CHAOS_CLOCK: file },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (): Promise<Told> => {
    child.stdin.write("\n");
    return JSON.parse((await lines.next()).value ?? "{}");
  };
  const off = ({ now }: Told) => Math.round((now - Date.now()) / hour);
  try {
    const first = await ask();
    expect(off(first)).toBe(1);
    expect(first).toMatchObject({ given: 5, isDate: true, utc: 0 });
    expect(Math.abs(first.made - first.now)).toBeLessThan(hour / 2);
    expect(Math.abs(first.said - first.now)).toBeLessThan(hour / 2);
    writeFileSync(file, String(-2 * hour));
    let last = first;
    while (off(last) !== -2) last = await ask();
    expect(last.monotonic).toBeGreaterThan(first.monotonic);
  } finally {
    child.kill("SIGKILL");
  }
});
