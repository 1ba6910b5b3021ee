import { execFileSync, spawnSync } from "node:child_process";
import type { Process } from "./process.ts";

/** What processes.ts asks of /proc, asked of `ps` where there is none (macOS). */

/** The processes that `ps` selects with these options (`-ax` for all, `-p 123` for one), zombies left out. */
export function listWithPs(which: readonly string[]): Process[] {
  const format = "pid=,ppid=,rss=,tty=,stat=,time=,lstart=";
  // It ends with 1 when it finds none.
  const { stdout } = spawnSync("ps", [...which, "-wwo", format], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
    // Dates and decimal points are the locale's.
    env: { PATH: process.env.PATH ?? "/bin:/usr/bin", LC_ALL: "C" },
    timeout: 10_000,
  });
  return parsePs(stdout);
}

/** @param rows as `ps -o pid=,ppid=,rss=,tty=,stat=,time=,lstart=` prints them, on Linux and on macOS */
export function parsePs(rows: string): Process[] {
  return rows.split("\n").flatMap((row) => {
    const [pid, parent, rss, tty, state, time, ...start] = row.trim().split(/\s+/);
    if (pid === undefined || parent === undefined || time === undefined || state?.startsWith("Z")) return [];
    return {
      pid: Number(pid),
      parent: Number(parent),
      session: 0,
      startTime: start.join(" "),
      rssBytes: Number(rss) * 1024,
      cpuMs: secondsOf(time) * 1_000,
      hasTerminal: !tty?.startsWith("?"),
    };
  });
}

/** `[days-]hours:minutes:seconds` on Linux, `minutes:seconds.hundredths` on macOS. */
function secondsOf(time: string): number {
  const [days, clock] = time.includes("-") ? time.split("-") : ["0", time];
  const seconds = (clock ?? "").split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}

/** Every process as `pid command environment`, one a row, as BSD's `ps -E` gives it. */
export function environmentsWithPs(): string[] {
  const options = ["-axEwwo", "pid=,command="];
  return execFileSync("ps", options, { encoding: "utf8", maxBuffer: 64 << 20 }).split("\n");
}
