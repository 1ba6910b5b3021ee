// What it costs to show to many what happens, beside writing each event to each of them as it comes:
//   node bench/live.ts [rounds] [--write]
// 100 viewers in a process of their own, 1 000 lines a second, by turns; then 20 viewers that read nothing, beside none.
// With --write the table goes into docs/performance.md.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { promisify } from "node:util";
import type { LiveEvent } from "#protocol/live.ts";
import { serveTasks } from "#test/dashboard/serving.ts";
import { writeTable } from "./table.ts";

const rounds = Math.max(3, Number(process.argv[2]) || 5);
const [viewers, perSecond, seconds] = [100, 1_000, 3];
const [stalled, floodBytes] = [20, 100e6];

/** Something that tells everybody who looks. */
type Teller = { url: string; publish(body: LiveEvent["body"]): void; close(): Promise<void> };
type Came = { delivered: number; latencies: number[] };
type Sample = { cpuPerDelivery: number; share: number; latencies: number[] };

/** Each event is written to each viewer at once. */
async function unbatched(): Promise<Teller> {
  const open = new Set<ServerResponse>();
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    open.add(response);
    response.on("close", () => open.delete(response));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  let id = 0;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    publish: (body) => {
      id += 1;
      for (const response of open) response.write(`id: ${id}\ndata: ${JSON.stringify({ id, body })}\n\n`);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function ours(): Promise<Teller> {
  const { url, live, close } = await serveTasks({ tasks: [], lines: [], port: 0 });
  return { url: `${url}/api/live`, publish: live.publish, close };
}

/** Who looks, in another process: what they do is not the server's work. */
async function openViewers(url: string): Promise<{ child: ChildProcess; came(): Promise<Came> }> {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, "live-viewers.ts"), url, String(viewers)],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const lines: Interface = createInterface({ input: child.stdout });
  await once(lines, "line");
  return {
    child,
    came: async () => {
      child.stdin.write("\n");
      const [line] = (await once(lines, "line")) as [string];
      return JSON.parse(line) as Came;
    },
  };
}

async function sample(of: () => Promise<Teller>): Promise<Sample> {
  const teller = await of();
  const { child, came } = await openViewers(teller.url);
  try {
    await tell(teller, 500);
    await came();
    const before = process.cpuUsage();
    await tell(teller, seconds * 1_000);
    const { user, system } = process.cpuUsage(before);
    const { delivered, latencies } = await came();
    return {
      cpuPerDelivery: (user + system) / delivered,
      share: delivered / (viewers * perSecond * seconds),
      latencies,
    };
  } finally {
    child.kill();
    await teller.close();
  }
}

/** So many lines a second, for so long; then a moment in which all of it arrives. */
async function tell({ publish }: Teller, ms: number): Promise<void> {
  const begun = performance.now();
  let told = 0;
  while (performance.now() - begun < ms) {
    const due = Math.min(((performance.now() - begun) * perSecond) / 1_000, (ms * perSecond) / 1_000);
    for (; told < due; told += 1) publish(said());
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  for (; told < (ms * perSecond) / 1_000; told += 1) publish(said());
  await new Promise((resolve) => setTimeout(resolve, 400));
}

function said(): LiveEvent["body"] {
  const now = performance.timeOrigin + performance.now();
  const text = `Bash npm test: said at ${now}`;
  return { kind: "log", task: "TASK-1", runId: 1, lines: [{ at: "2026-11-22T10:00:00.000Z", kind: "tool", text }] };
}

/**
 * How much memory each of those who read nothing costs while more is said than anybody could keep, in bytes: what a
 * server with them takes more than one without them. Each is a process of its own, for what has been in use stays taken.
 */
async function stalledCost(): Promise<number> {
  const grown = async (viewers: number) => {
    const program = join(import.meta.dirname, "live-stalled.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--disable-warning=ExperimentalWarning",
      program,
      ...[viewers, floodBytes].map(String),
    ]);
    return Number(stdout);
  };
  const [without, withThem]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    without.push(await grown(0));
    withThem.push(await grown(stalled));
  }
  return Math.max(0, at(withThem, 0.5) - at(without, 0.5)) / stalled;
}

const at = (values: readonly number[], share: number) =>
  values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

const [plain, batched]: [Sample[], Sample[]] = [[], []];
for (let round = 0; round < rounds; round += 1) {
  plain.push(await sample(unbatched));
  batched.push(await sample(ours));
}
const cost = (of: readonly Sample[]) =>
  at(
    of.map(({ cpuPerDelivery }) => cpuPerDelivery),
    0.5,
  );
const late = (of: readonly Sample[]) =>
  at(
    of.flatMap(({ latencies }) => latencies),
    0.99,
  );
const whole = Math.min(...batched.map(({ share }) => share));
const table = [
  "| what | measured | goal |",
  "| --- | --- | --- |",
  `| processor time for each line that reaches one of ${viewers} viewers, beside writing it at once | ${cost(batched).toFixed(2)} µs ÷ ${cost(plain).toFixed(2)} µs = ${(cost(batched) / cost(plain)).toFixed(2)} | at most 0.25 |`,
  `| from being said to being read, 99 of 100 | ${late(batched).toFixed(0)} ms (${late(plain).toFixed(0)} ms at once) | at most 60 ms |`,
  `| lines that arrive, of ${perSecond} a second | ${(100 * whole).toFixed(1)} % | all |`,
  `| memory for each of ${stalled} viewers that read nothing, while ${floodBytes / 1e6} MB are said, beside a server that nobody looks at | ${((await stalledCost()) / 1e6).toFixed(2)} MB | at most 8 MB |`,
  "",
  `${rounds} rounds by turns on ${cpus().length} processors with a load of ${(loadavg()[0] ?? 0).toFixed(1)}, which server and viewers share, Node ${process.versions.node}.`,
].join("\n");
process.stdout.write(`${table}\n`);
if (process.argv.includes("--write")) writeTable("live", "The live view", "bench/live.ts", table);
process.exit(0);
