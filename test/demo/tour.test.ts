import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { until } from "#test/world/until.ts";

const demo = fileURLToPath(new URL("main.ts", import.meta.url));

/** The processes whose command line or environment names this text. */
function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => ["cmdline", "environ"].some((file) => readIfAlive(`/proc/${pid}/${file}`).includes(text)))
    .map(Number);
}

/** Processes end while they are being listed, and those of others keep their environment to themselves. */
function readIfAlive(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}

test.skipIf(process.platform !== "linux")(
  "the demo stays up to be looked at, and Ctrl-C leaves no process, no tmux server and no folder",
  async () => {
    // Colours would stand between the words, and on a gate they are on.
    const env = { ...process.env, NO_COLOR: "1" };
    const child = spawn(process.execPath, [demo], { stdio: ["ignore", "ignore", "pipe"], env });
    onTestFinished(() => void child.kill("SIGKILL"));
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const found = (pattern: RegExp) => pattern.exec(said)?.[1] ?? "";
    await until("the tour", () => (said.includes("logs: ") && said.endsWith("\n") ? true : null), 100_000);

    const folder = found(/logs: (\S+)\/programs\.log/);
    const socket = found(/tmux -L (\S+) attach/);
    const issues = found(/(http:\S+\/issues)\s+open another issue/);
    expect(existsSync(folder)).toBe(true);
    expect(processesWith(folder).length).toBeGreaterThan(1);
    expect(await (await fetch(issues)).text()).toContain("claude");
    const dashboard = found(/(http:\S+)\/#token=/);
    expect(await (await fetch(dashboard)).text()).toContain("<title>");

    child.kill("SIGINT");
    expect(await ended).toBe(0);
    expect(existsSync(folder)).toBe(false);
    expect(processesWith(folder)).toEqual([]);
    const sockets = join(process.env.TMUX_TMPDIR ?? "/tmp", `tmux-${process.getuid?.()}`);
    expect(existsSync(join(sockets, socket))).toBe(false);
    await expect(fetch(issues)).rejects.toThrow();
  },
);
