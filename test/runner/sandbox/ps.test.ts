import { expect, test } from "vitest";
import { parsePs } from "#runner/sandbox/ps.ts";

/**
 * As `ps -ax -wwo pid=,ppid=,rss=,tty=,stat=,time=,lstart=` prints it on macOS by its manual page: written by hand, no Mac
 * was asked. What this machine's own ps prints is read in processes.test.ts where there is a /proc to compare it with.
 */
const onMac = `    1     0  21344 ??       Ss     1:07.31 Sat Nov 21 08:12:44 2026
  713     1 182208 ??       S      0:42.08 Sat Nov 21 08:13:02 2026
 4410   713   4112 ttys001  S+     0:00.02 Sat Nov 21 14:05:09 2026
 4411  4410      0 ttys001  Z+     0:00.00 Sat Nov 21 14:05:10 2026
`;
const onLinux = "   42       1 10240 ?        Sl   1-02:03:04 Sat Nov 21 14:05:01 2026\n";

test("what ps prints on macOS is read as /proc is: memory, processor time, the start as a name; zombies left out", () => {
  expect(parsePs(onMac)).toEqual([
    {
      pid: 1,
      parent: 0,
      session: 0,
      startTime: "Sat Nov 21 08:12:44 2026",
      rssBytes: 21344 * 1024,
      cpuMs: 67_310,
      hasTerminal: false,
    },
    {
      pid: 713,
      parent: 1,
      session: 0,
      startTime: "Sat Nov 21 08:13:02 2026",
      rssBytes: 182208 * 1024,
      cpuMs: 42_080,
      hasTerminal: false,
    },
    {
      pid: 4410,
      parent: 713,
      session: 0,
      startTime: "Sat Nov 21 14:05:09 2026",
      rssBytes: 4112 * 1024,
      cpuMs: 20,
      hasTerminal: true,
    },
  ]);
});

test("processor time of days is read too", () => {
  expect(parsePs(onLinux)[0]?.cpuMs).toBe((86_400 + 2 * 3_600 + 3 * 60 + 4) * 1_000);
});
