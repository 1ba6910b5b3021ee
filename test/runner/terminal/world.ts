import { mkdtempSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { SandboxKind, SandboxPlan } from "#runner/sandbox/plan.ts";
import { listProcesses } from "#runner/sandbox/processes.ts";
import { processesOf, sweep } from "#runner/sandbox/sweep.ts";
import { openTerminals, type TerminalSpec, type Terminals } from "#runner/terminal/terminals.ts";
import { until } from "./until.ts";

/** A runner's folder with its own tmux server, both gone after the test; a process left behind fails it. */
export interface World {
  home: string;
  worktree: string;
  terminals: Terminals;
  /** A spec for a small program: `sh -c <script>` or `node -e <script>`. */
  spec(
    program: { name?: string; sh?: string; node?: string; kind?: SandboxKind } & Partial<TerminalSpec>,
  ): TerminalSpec;
}

const worlds: { world: World; runs: Set<string> }[] = [];
let count = 0;

export function aWorld(): World {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "cco-terminal-")));
  const worktree = realpathSync(mkdtempSync(join(tmpdir(), "cco-worktree-")));
  const terminals = openTerminals({ home });
  const runs = new Set<string>();
  const world: World = {
    home,
    worktree,
    terminals,
    spec({ name = "task-1", sh, node, kind = "none", ...rest }) {
      const run = `test-${process.pid}-${++count}`;
      runs.add(run);
      const sandbox: SandboxPlan = { kind, run, hidden: [], readable: [], writable: [worktree] };
      const argv = node === undefined ? ["/bin/sh", "-c", sh ?? "exit 0"] : [process.execPath, "-e", node];
      const env = { PATH: process.env.PATH ?? "" };
      return { name, folder: join(home, "instances", name), cwd: worktree, argv, env, sandbox, ...rest };
    },
  };
  worlds.push({ world, runs });
  return world;
}

afterEach(async () => {
  for (const { world, runs } of worlds.splice(0)) {
    await world.terminals.killServer();
    await world.terminals.close();
    const find = () => [...runs].flatMap((run) => processesOf(run, []));
    await until(() => find().length === 0, 10_000).finally(() => sweep(find, 2_000));
    const left = processesIn(world.worktree);
    if (left.length > 0) throw new Error(`Left behind: ${left.join(", ")}`);
    rmSync(world.home, { recursive: true, force: true, maxRetries: 5 });
    rmSync(world.worktree, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** The command lines of everything that works in a folder, whoever started it. */
export function processesIn(folder: string): string[] {
  return listProcesses().flatMap(({ pid }) => {
    try {
      const isThere = readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
      return isThere ? [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")] : [];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}
