/**
 * `npm run chaos -- --seed 7 --minutes 5`: the whole product on this machine under a seeded adversary, and an examination
 * of what is left, from outside.
 */
import { rmSync } from "node:fs";
import { type ChaosOptions, readOptions } from "./options.ts";
import { laySiege, type SiegeResult } from "./siege.ts";

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupted.abort());

process.exitCode = await main();

async function main(): Promise<number> {
  let options: ChaosOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 2;
  }
  const results: SiegeResult[] = [];
  for (const seed of options.seeds) {
    if (interrupted.signal.aborted) break;
    const result = await laySiege(seed, options, say, interrupted.signal);
    results.push(result);
    say(summaryOf(result, options));
    if (result.wrong.length === 0 && !options.keep) {
      rmSync(result.folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results.map(withoutFolder))}\n`);
  if (interrupted.signal.aborted) return 130;
  return results.every(({ wrong }) => wrong.length === 0) ? 0 : 1;
}

function summaryOf(result: SiegeResult, options: ChaosOptions): string {
  const { seed, tasks, wrong } = result;
  const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`;
  const faults = Object.values(result.faults).reduce((sum, count) => sum + count, 0);
  const rest =
    result.convergedMs === null ? "and did not come to rest" : `at rest ${seconds(result.convergedMs)} later`;
  const head = `seed ${seed}: ${tasks} tasks, ${faults} faults in ${seconds(result.siegeMs)}, ${rest}`;
  if (wrong.length === 0) return `✓ ${head}; every invariant holds`;
  return [
    `✗ ${head}; ${wrong.length} things are wrong:`,
    ...wrong.map((sentence) => `  - ${sentence}`),
    "What was done:",
    ...result.schedule,
    `Logs and everything else: ${result.folder}`,
    `Again: npm run chaos -- --seed ${seed} --tasks ${tasks} --faults ${options.faults.join(",") || "none"} --runners ${options.runners} --slots ${options.slots}`,
  ].join("\n");
}

function withoutFolder({ folder: _folder, ...rest }: SiegeResult) {
  return rest;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
