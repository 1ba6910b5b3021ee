// How soon `attach` shows what stands in a run's terminal, beside joining it with nothing of ours in between:
//   node bench/attach.ts [rounds] [--write]
// Bundles the program, and looks on in a terminal of its own from the moment a command starts there until the first
// line of the joined one is drawn. The two take turns, so that a busy moment of the machine falls on both.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { aRun, aTask } from "#test/dashboard/facts.ts";
import { serveTasks } from "#test/dashboard/serving.ts";
import { writeTable } from "./table.ts";

const root = join(import.meta.dirname, "..");
const rounds = Math.max(15, Number(process.argv[2]) || 15);
const folder = mkdtempSync(join(tmpdir(), "cco-bench-"));
const program = join(folder, "dist", "cli.js");
const sockets = { run: join(folder, "run"), view: join(folder, "view") };
const shown = "the-screen-of-Claude";
const env = { HOME: folder, PATH: process.env.PATH ?? "", TERM: "xterm-256color" };

type View = { terminal: ChildProcessWithoutNullStreams; lines: Interface };

function openRun(): string {
  execFileSync(
    "tmux",
    ["-S", sockets.run, "-f", "/dev/null", "new-session", "-d", "-s", "task-12", `echo ${shown}; cat`],
    { env },
  );
  return `tmux -u -S ${sockets.run} attach-session -t =task-12`;
}

/** A terminal that tells each thing drawn in it (tmux's control mode). */
function openView(): View {
  const size = ["-x", "120", "-y", "40"];
  const terminal = spawn("tmux", ["-C", "-S", sockets.view, "-f", "/dev/null", "new-session", ...size, "cat"], { env });
  return { terminal, lines: createInterface({ input: terminal.stdout }) };
}

/** Milliseconds from the start of a command in the view until what is joined can be seen there. */
async function untilShown({ terminal, lines }: View, command: string): Promise<number> {
  const before = performance.now();
  const { promise, resolve } = Promise.withResolvers<number>();
  const look = (line: string) => {
    if (line.startsWith("%output ") && line.includes(shown)) resolve(performance.now() - before);
  };
  lines.on("line", look);
  terminal.stdin.write(`new-window -n sample "${command}"\n`);
  const { signal, cancel } = giveUpAfter(20_000);
  const took = await Promise.race([promise, signal]);
  cancel();
  lines.off("line", look);
  terminal.stdin.write("kill-window -t :sample\n");
  return took;
}

function giveUpAfter(ms: number) {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Nothing was shown in ${ms} ms.`)), ms);
  return { signal: promise, cancel: () => clearTimeout(timer) };
}

async function measure() {
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), join(folder, "dist")], { stdio: "pipe" });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const attach = openRun();
  const tasks = [aTask({ status: "in_progress", runs: [aRun({ attach })] })];
  const server = await serveTasks({
    tasks,
    lines: [],
    port: 0,
    more: { showTask: () => ({ task: tasks[0] }) as never },
  });
  const view = openView();
  const ours = `env -u TMUX CC_ORCHESTRATOR_SERVER=${server.url} CC_ORCHESTRATOR_TOKEN=token ${process.execPath} ${program} attach TASK-12`;
  const rows = [
    { name: "joining it by hand", command: `env -u TMUX ${attach}`, times: [] as number[], goal: "" },
    { name: "`cc-orchestrator attach`", command: ours, times: [] as number[], goal: "under 300 ms" },
  ];
  try {
    for (let round = -2; round < rounds; round += 1)
      for (const { command, times } of rows) {
        const took = await untilShown(view, command);
        // The first two rounds fill the disk's and V8's caches.
        if (round >= 0) times.push(took);
      }
    return rows;
  } finally {
    view.terminal.stdin.end();
    for (const socket of Object.values(sockets)) spawnSync("tmux", ["-S", socket, "kill-server"], { env });
    await server.close();
  }
}

const median = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

try {
  const rows = await measure();
  const table = [
    "| until the terminal of a run is seen | median | slowest | goal |",
    "| --- | --- | --- | --- |",
    ...rows.map(
      ({ name, times, goal }) =>
        `| ${name} | ${median(times).toFixed(0)} ms | ${Math.max(...times).toFixed(0)} ms | ${goal} |`,
    ),
    "",
    `${rounds} rounds by turns on ${cpus().length} processors with a load of ${(loadavg()[0] ?? 0).toFixed(1)}, Node ${process.versions.node}.`,
  ].join("\n");
  process.stdout.write(`${table}\n`);
  if (process.argv.includes("--write")) writeTable("attach", "Joining a terminal", "bench/attach.ts", table);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
