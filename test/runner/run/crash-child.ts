/**
 * A real runner in a process of its own, which kills itself at a marker: `node crash-child.ts <file>`, the file a
 * `ChildPlan`. The markers are the runner's own durable writes, met in `node:fs` underneath it, so that the runner itself
 * knows nothing of them.
 */
import fs, { readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import pino from "pino";
import type { ChildPlan } from "./runner-process.ts";

const plan: ChildPlan = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const { openSync, writeSync, renameSync, linkSync, rmSync } = fs;

/** Runs the write, and kills this process right before or after it when a marker of the plan is met for the first time. */
function around<T>(path: string, text: string, write: () => T): T {
  const met = plan.killAt.find(
    ({ file, text: wanted }) => new RegExp(file).test(path) && new RegExp(wanted).test(text),
  );
  if (met?.when === "before") die(met.name);
  const result = write();
  if (met?.when === "after") die(met.name);
  return result;
}

function die(name: string): void {
  writeSync(openSync(plan.metFile, "a"), `${name}\n`);
  process.kill(process.pid, "SIGKILL");
}

const paths = new Map<number, string>();
Object.assign(fs, {
  openSync(...args: Parameters<typeof openSync>) {
    const file = openSync(...args);
    paths.set(file, String(args[0]));
    return file;
  },
  writeSync(file: number, ...rest: unknown[]) {
    const write = () => Reflect.apply(writeSync, fs, [file, ...rest]);
    const path = paths.get(file) ?? "";
    // Drafts count when they get their name.
    return path.endsWith("reports.jsonl") ? around(path, String(rest[0]), write) : write();
  },
  renameSync(from: string, to: string) {
    around(to, readFileSync(from, "utf8"), () => renameSync(from, to));
  },
  linkSync(from: string, to: string) {
    around(to, readFileSync(from, "utf8"), () => linkSync(from, to));
  },
  rmSync(path: string, options?: fs.RmOptions) {
    around(path, "removed", () => rmSync(path, options));
  },
});
syncBuiltinESMExports();

const { startRunner } = await import("#runner/main.ts");
const log = pino({ level: "debug" }, pino.destination({ dest: plan.logFile, sync: true }));
try {
  const runner = await startRunner(plan.config, { log });
  let signals = 0;
  process.on("SIGTERM", () => {
    signals += 1;
    process.stdout.write(`signal ${signals}\n`);
    const ending = signals === 1 ? runner.drain() : runner.stop();
    ending.then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  process.stdout.write("ready\n");
  await runner.done;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
