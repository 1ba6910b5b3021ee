import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Client, RefusedError, UnreachableError } from "#protocol/client.ts";
import { openRedactor } from "#protocol/redact.ts";
import type { Task } from "#protocol/task.ts";
import type { Context } from "../context.ts";
import { FailedError } from "../errors.ts";
import { readShownConfig } from "../programs/configuration.ts";
import { secretsHere } from "../programs/here.ts";
import { type TarFile, tarOf } from "../tar.ts";
import { version } from "../version.ts";
import type { CheckShown } from "./check.ts";

/** So much of each log's end. */
const logBytes = 1 << 20;
const mostTasks = 100;

/**
 * Writes what somebody who helps needs to see: versions, what doctor found, the configuration without secrets, how tasks
 * stand without their words, and the ends of the programs' logs. Everything that is known to be secret here, or looks
 * like it, is taken out (S43). What Claude and people said is not in it.
 * @returns the file, for its owner alone @throws FailedError
 */
export async function writeBundle(
  context: Context,
  of: { path: string; home: string; checks: readonly CheckShown[]; call: Client | null },
): Promise<{ path: string; files: string[] }> {
  const { path: configPath, settings, problems } = await readShownConfig(context);
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const files: TarFile[] = [
    { name: "versions.json", content: json(versions()) },
    { name: "doctor.json", content: json({ checks: of.checks }) },
    { name: "config.json", content: json({ path: configPath, settings, problems }) },
    { name: "server.json", content: json(await serverFacts(of.call)) },
    ...logsIn(of.home),
  ];
  const { redact } = openRedactor({ secrets: await secretsHere(context, of.home) });
  const safe = files.map(({ name, content }) => ({ name: `cc-orchestrator/${name}`, content: redact(content) }));
  const path = resolve(context.folder, of.path);
  try {
    // Not over something that is there: it may be another's.
    writeFileSync(path, tarOf(safe, context.now()), { mode: 0o600, flag: "wx" });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FailedError(`${path} cannot be written: ${why}`, "Name a file that is not there yet.");
  }
  return { path, files: safe.map(({ name }) => name) };
}

function versions() {
  const { version: node, platform, arch } = process;
  return { version, node, platform, arch, release: process.getBuiltinModule("node:os").release() };
}

/** How the server stands, in numbers and states: titles, branches and people stay out. */
async function serverFacts(call: Client | null) {
  if (call === null) return { reached: false };
  try {
    const [health, { tasks }, { runners }] = await Promise.all([
      call("health", { timeoutMs: 5_000 }),
      call("listTasks", { timeoutMs: 10_000 }),
      call("listRunners", { timeoutMs: 5_000 }),
    ]);
    return { reached: true, health, runners, tasks: tasks.slice(0, mostTasks).map(factsOf) };
  } catch (error) {
    if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
    return { reached: false, why: error.message };
  }
}

function factsOf({ name, status, conclusion, reason, createdAt, updatedAt, runs }: Task) {
  return {
    ...{ name, status, conclusion, reason: reason?.code ?? null, createdAt, updatedAt },
    runs: runs.map(
      ({ purpose, attempt, status: now, conclusion: end, reason: why, steps, sandbox, claudeVersion }) => ({
        ...{ purpose, attempt, status: now, conclusion: end, reason: why?.code ?? null, sandbox, claudeVersion },
        steps: steps.map(({ name: step, state }) => `${step} ${state}`),
      }),
    ),
  };
}

/** The ends of the programs' own logs; those of tasks hold what was said, and stay out. */
function logsIn(home: string): TarFile[] {
  if (statSync(home, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const names = readdirSync(home).filter((name) => /^[\w.-]{1,60}\.log$/.test(name));
  return names.map((name) => ({ name: `logs/${name}`, content: endOf(join(home, name)) }));
}

function endOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, logBytes));
    const read = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    const text = bytes.toString("utf8", 0, read);
    // A line that begins before the cut could end in a secret whose beginning is gone.
    return size > bytes.length ? text.slice(text.indexOf("\n") + 1) : text;
  } finally {
    closeSync(file);
  }
}
