// How quickly the command line starts, beside `node -e 0` in the same minutes:
//   node bench/cli.ts [rounds] [--write]
// Bundles the program, starts a control plane of its own and takes turns, so that a busy moment of the machine falls on
// all alike. With --write the table goes into docs/performance.md.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { writeTable } from "./table.ts";

const root = join(import.meta.dirname, "..");
const rounds = Math.max(15, Number(process.argv[2]) || 15);
const folder = mkdtempSync(join(tmpdir(), "cco-bench-"));
const program = join(folder, "dist", "cli.js");
const env = { HOME: folder, PATH: process.env.PATH ?? "" };

type Row = { name: string; args: readonly string[]; times: number[] };

async function measure(): Promise<Row[]> {
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), join(folder, "dist")], { stdio: "pipe" });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const server = await startServer();
  try {
    const rows: Row[] = [
      { name: "node -e 0", args: ["-e", "0"], times: [] },
      { name: "cc-orchestrator --help", args: [program, "--help"], times: [] },
      { name: "cc-orchestrator version", args: [program, "version"], times: [] },
      { name: "cc-orchestrator status", args: [program, "status", "--server", server.url], times: [] },
      { name: "cc-orchestrator task list", args: [program, "task", "list", "--server", server.url], times: [] },
    ];
    for (let round = -2; round < rounds; round += 1)
      for (const { name, args, times } of rows) {
        const before = performance.now();
        const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, timeout: 20_000 });
        const took = performance.now() - before;
        if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
        // The first two rounds fill the disk's and V8's caches.
        if (round >= 0) times.push(took);
      }
    return rows;
  } finally {
    server.child.kill("SIGTERM");
    await once(server.child, "exit");
  }
}

async function startServer(): Promise<{ url: string; child: ChildProcess }> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const child = spawn(process.execPath, [program, "web", "start", "--port", "0", "--log-level", "error"], {
    cwd: folder,
    env: {
      ...env,
      APP_ID: "1",
      PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      WEBHOOK_SECRET: "0123456789abcdef0123456789abcdef",
      GITHUB_API_URL: "http://127.0.0.1:9",
    },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = await once(child.stdout, "data", { signal: AbortSignal.timeout(20_000) });
  return { url: String(line).trim(), child };
}

const median = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

function render(rows: readonly Row[]): string {
  const [bare] = rows;
  const one = (pick: (times: readonly number[]) => number) => {
    const base = pick(bare?.times ?? []);
    return (times: readonly number[]) => `${pick(times).toFixed(0)} ms, ${(pick(times) / base).toFixed(2)}×`;
  };
  const byMedian = one(median);
  const byLeast = one((times) => Math.min(...times));
  const lines = rows.map(({ name, times }) => `| \`${name}\` | ${byMedian(times)} | ${byLeast(times)} |`);
  return [
    "| command | median | quickest |",
    "| --- | --- | --- |",
    ...lines,
    "",
    `${rounds} rounds by turns, each in a process of its own, on ${cpus().length} processors with a load of ${(loadavg()[0] ?? 0).toFixed(1)}, Node ${process.versions.node}. ` +
      "`status` asks a control plane on the same machine, which shares those processors.",
  ].join("\n");
}

try {
  const table = render(await measure());
  process.stdout.write(`${table}\n`);
  if (process.argv.includes("--write")) writeTable("cli", "The command line", "bench/cli.ts", table);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
