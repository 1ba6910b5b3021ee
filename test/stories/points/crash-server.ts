/**
 * The real control plane in a process of its own, which kills itself at its durable steps: `node crash-server.ts <file>`,
 * the file a `ServerPlan`. The steps are met underneath it, in SQLite's commits, in `fetch` and in the answers of
 * `node:http`, so that the control plane itself knows nothing of them. Lines on the standard input tell it what to do:
 *
 *   go <JSON of Wanted[]>   starts to listen; says its address
 *   pass <ms>               lets this much time go by, on both clocks
 *   set <ms>                sets the wall clock forward by this much (or back), as a person would
 *   look                    does now what it does by the clock: leases, reconcile, retention
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { openSync, readFileSync, writeSync } from "node:fs";
import { type IncomingMessage, Server, ServerResponse } from "node:http";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import Database from "better-sqlite3";
import { getTasks } from "node-cron";
import pino from "pino";
import { startServer } from "../../../src/main.ts";
import { doubleOf } from "./clock.ts";
import type { ServerPlan, Wanted } from "./server-life.ts";

const plan: ServerPlan = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const met = openSync(plan.metFile, "a");
let wanted: readonly Wanted[] = [];

/** Dies here if this is where the life is to end. */
function at(step: string, when: Wanted["when"]): void {
  writeSync(met, `seen ${step}\n`);
  if (!wanted.some((one) => one.step === step && one.when === when)) return;
  writeSync(met, `met ${when} ${step}\n`);
  process.kill(process.pid, "SIGKILL");
  // The signal is on its way: nothing more may happen here.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const answering = new AsyncLocalStorage<IncomingMessage>();

/** Functions within others, after which steps are not called. */
const inner = new Set(["keep", "isKnown"]);

/** `transaction claim-run.ts claimRun`; a report's also has its kind. */
function nameOf(stack: string): string {
  for (const line of stack.split("\n")) {
    const frame = /at (?:async )?(?:\w+\.)?(\w+) \(.*\/src\/(?:(?:operations|loops)\/)?([\w-]+\.ts):/.exec(line);
    if (frame === null || inner.has(frame[1] ?? "")) continue;
    const request = answering.getStore() as { body?: { reports?: { body: { kind: string } }[] } } | undefined;
    const kind = frame[1] === "applyReports" ? ` ${request?.body?.reports?.[0]?.body.kind ?? "?"}` : "";
    return `transaction ${frame[2]} ${frame[1]}${kind}`;
  }
  return "transaction ?";
}

const makeTransaction = Database.prototype.transaction;
Database.prototype.transaction = function patched(this: Database.Database, work: (...given: unknown[]) => unknown) {
  const made = makeTransaction.call(this, work);
  const immediate = made.immediate.bind(made);
  const immediately = (inner: () => unknown) => {
    const step = nameOf(new Error("where").stack ?? "");
    const result = immediate(() => {
      const done = inner();
      at(step, "before");
      return done;
    });
    at(step, "after");
    return result;
  };
  if (work.length === 0) return made;
  // What is nested is a savepoint of the outermost, and no commit.
  return Object.assign((inner: () => unknown) => made(inner), { immediate: immediately });
} as never;

const apiUrl = new URL(plan.config.githubApiUrl).origin;
const send = globalThis.fetch;
globalThis.fetch = async (url, options) => {
  const method = options?.method ?? "GET";
  if (!String(url).startsWith(apiUrl)) return send(url, options);
  const isQuery = String(options?.body ?? "").includes('"query":"query');
  const step = `github ${method} ${new URL(String(url)).pathname.replace(/^\/api(\/v3)?/, "")}`
    .replace(/\/repos\/[^/]+\/[^/]+/, "/repos/*")
    .replaceAll(/\/\d+/g, "/*")
    .replace(/\/(labels|git\/refs)\/.+/, "/$1/*")
    .replace(/\/workflows\/[^/]+/, "/workflows/*");
  if (method === "GET" || isQuery) return send(url, options);
  at(step, "before");
  const answer = await send(url, options);
  // An answer without effect is none: what it is about is not there yet.
  if (answer.ok) at(step, "after");
  return answer;
};

const emit = Server.prototype.emit;
Server.prototype.emit = function patched(this: Server, event: string | symbol, ...given: unknown[]) {
  const tell = () => Reflect.apply(emit, this, [event, ...given]) as boolean;
  return event === "request" ? answering.run(given[0] as IncomingMessage, tell) : tell();
} as never;

const endAnswer = ServerResponse.prototype.end;
ServerResponse.prototype.end = function patched(this: ServerResponse, ...given: unknown[]) {
  const { method, url = "" } = this.req;
  const step = `answer ${method} ${url.split("?")[0]?.replaceAll(/\/\d+/g, "/*")}`;
  if (this.statusCode < 300 && method === "POST") {
    at(step, "before");
    this.once("finish", () => at(step, "after"));
  }
  return Reflect.apply(endAnswer, this, given) as ServerResponse;
} as never;

const clock = doubleOf({ wall: Date.now, monotonic: performance.now.bind(performance) });
Date.now = clock.wall;
performance.now = clock.monotonic;

const log = pino({ level: "debug" }, pino.destination({ dest: plan.logFile, sync: true }));
let server: Awaited<ReturnType<typeof startServer>> | null = null;
const orders: Record<string, (given: string) => unknown> = {
  async go(given) {
    wanted = JSON.parse(given) as Wanted[];
    server = await startServer(plan.config, { log, pace: plan.pace });
    process.stdout.write(`${server.url}\n`);
  },
  pass: (given) => clock.pass(Number(given)),
  set: (given) => clock.set(Number(given)),
  look: () => Promise.all([...getTasks().values()].map((task) => task.execute())),
};
createInterface({ input: process.stdin }).on("line", (line) => {
  const [order = "", ...given] = line.split(" ");
  void orders[order]?.(given.join(" "));
});
process.once("SIGTERM", () => void server?.close().then(() => process.exit(0)));
log.debug({ program: basename(import.meta.filename) }, "warm");
