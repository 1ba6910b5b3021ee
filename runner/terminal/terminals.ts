import { existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { sandboxCommand } from "#runner/sandbox/command.ts";
import { markedEnvironment, type SandboxPlan } from "#runner/sandbox/plan.ts";
import { see } from "#runner/sandbox/sweep.ts";
import { checkName, openTmux } from "#runner/tmux.ts";
import type { View } from "./control-lines.ts";
import type { InstanceParts } from "./ending.ts";
import { readJson, terminalFiles } from "./files.ts";
import { type Identity, readIdentity } from "./identity.ts";
import type { Launch } from "./launch-file.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { makeMailbox } from "./mailbox.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { openTyping, type Size, type Typing } from "./typing.ts";
import { watchPath } from "./watch.ts";

export interface TerminalSpec {
  /** Its name in tmux: a–z, 0–9 and "-", at most 61 characters. */
  name: string;
  /** Absolute; the instance's own, never used for another one. Created with mode 0700. */
  folder: string;
  /** Absolute: where the agent starts. */
  cwd: string;
  /** The agent's command; no shell reads it. */
  argv: readonly string[];
  /** The agent's whole environment: nothing of the runner's is added but the run's mark. */
  env: Readonly<Record<string, string>>;
  sandbox: SandboxPlan;
  /** A terminal whose agent has ended: this one takes its place, with whoever is attached to it. */
  inPlaceOf?: string;
  /** The agent gets the terminal itself, as for a person. */
  isScreen?: boolean;
  columns?: number;
  rows?: number;
  /** What it may take before it is ended, as in DEFAULT_LIMITS unless told; the limit's name is the exit's `stopped`. */
  limits?: Partial<Limits>;
}

export interface Terminals {
  /** Resolves when the agent's process has been started. @throws TerminalExists, TmuxFailed, NotStarted */
  start(spec: TerminalSpec): Promise<Terminal>;
  /** Takes charge of an instance that an earlier runner started, whether it lives or has ended; null when none was ever started there. */
  adopt(name: string, folder: string): Promise<Terminal | null>;
  /** The terminals there are; one whose agent has ended is not alive, and stays until it is removed. */
  list(): Promise<{ name: string; alive: boolean }[]>;
  /**
   * Shows the newest of the terminals whose names fit, and the next one when it comes, until the signal fires. `view.none`
   * says that there is none at the moment.
   */
  show(fits: (name: string) => boolean, view: View & { none(): void }, signal: AbortSignal): Promise<void>;
  /** Hands on the living one of the terminals whose names fit; null when there is none. */
  type(fits: (name: string) => boolean, before: Size, ended: () => void): Promise<Typing | null>;
  /** Takes a terminal away, with whatever runs in it: for one that nobody knows of any more. */
  end(name: string): Promise<void>;
  /** Forgets them all; the instances go on. */
  close(): Promise<void>;
  /** Ends our tmux server and with it every instance; resolves when they have ended. For demonstrations and tests. */
  killServer(): Promise<void>;
}

export class NotStarted extends Error {}

const START_MS = 30_000;
const END_MS = 15_000;
const SHOW_AGAIN_MS = 200;

/**
 * The terminals of one runner, on a tmux server of their own. `home` is the runner's folder (the server's socket lies
 * there), `launcher` the file that runs in each terminal, `node` what runs it.
 */
export function openTerminals(options: { home: string; socket?: string; launcher?: string; node?: string }): Terminals {
  const { home, socket, node = process.execPath } = options;
  const launcher = options.launcher ?? fileURLToPath(new URL("./launch.ts", import.meta.url));
  const tmux = openTmux({ home, ...(socket === undefined ? {} : { socket }) });
  // The launcher's start is on the way of every run: compiled once, it takes half as long. No agent can write here.
  const cache = join(home, "cache", "node");
  const closing = new AbortController();
  const starting = new Set<(name: string) => void>();

  function take(name: string, folder: string, identity: Identity, launch: Launch): Terminal {
    const parts: InstanceParts = { name, folder, identity, launch, tmux, closing: closing.signal };
    for (const hear of starting) hear(name);
    return openTerminal(parts);
  }

  return {
    async start(spec) {
      const { name, folder, cwd, argv, env, sandbox, columns = 160, rows = 48 } = spec;
      checkName(name);
      for (const path of [folder, cwd]) if (!isAbsolute(path)) throw new Error(`${path} must be an absolute path`);
      const files = terminalFiles(folder);
      if (existsSync(files.pid)) throw new NotStarted(`${folder} has been used for an instance before`);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      makeMailbox(folder);
      const launch: Launch = {
        command: sandboxCommand(sandbox, argv, cwd),
        env: markedEnvironment(sandbox, env),
        cwd: realpathSync(cwd),
        run: sandbox.run,
        sandboxed: sandbox.kind !== "none",
        columns,
        ...(spec.isScreen === true ? { isScreen: true } : {}),
        limits: { ...DEFAULT_LIMITS, ...spec.limits },
      };
      writeFileSync(files.launch, JSON.stringify(launch), { mode: 0o600 });
      const command = [node, "--disable-warning=ExperimentalWarning", launcher, folder];
      await tmux.startSession({
        name,
        columns,
        rows,
        argv: command,
        env: { NODE_COMPILE_CACHE: cache },
        inPlaceOf: spec.inPlaceOf ?? null,
      });
      const identity = await waitForIdentity(folder, START_MS);
      if (identity === null)
        throw new NotStarted(`The terminal ${name} did not start its agent in ${START_MS / 1000} s`);
      return take(name, folder, identity, launch);
    },
    async adopt(name, folder) {
      checkName(name);
      const launch = readJson<Launch>(terminalFiles(folder).launch);
      if (launch === null) return null;
      const session = (await tmux.sessions()).find((found) => found.name === name);
      // The runner may have been killed while its terminal was starting.
      const identity = await waitForIdentity(folder, session?.alive ? START_MS : 0);
      if (identity !== null) return take(name, folder, identity, launch);
      // Nothing was started in it, and nothing will be: its name must be free for the next try.
      if (session !== undefined) await tmux.endSession(name);
      return null;
    },
    async list() {
      return (await tmux.sessions()).map(({ name, alive }) => ({ name, alive }));
    },
    async show(fits, view, signal) {
      const over = AbortSignal.any([signal, closing.signal]);
      while (!over.aborted) {
        const newer = new AbortController();
        const hear = (name: string) => fits(name) && newer.abort();
        starting.add(hear);
        try {
          const found = (await tmux.sessions()).filter(({ name }) => fits(name));
          const shown = found.findLast(({ alive }) => alive) ?? found.at(-1);
          if (shown === undefined) view.none();
          else await tmux.viewSession(shown.name, view, AbortSignal.any([over, newer.signal]));
          // It has ended or could not be shown: what is there now is looked at, not too often.
          if (shown !== undefined) await rest(SHOW_AGAIN_MS, over);
          else await rest(null, AbortSignal.any([over, newer.signal]));
        } finally {
          starting.delete(hear);
        }
      }
    },
    async type(fits, before, ended) {
      const found = (await tmux.sessions()).findLast(({ name, alive }) => alive && fits(name));
      return found === undefined ? null : openTyping(tmux.typeInto(found.name, ended), found.name, before, ended);
    },
    end: (name) => tmux.endSession(name),
    async close() {
      closing.abort();
    },
    async killServer() {
      const launchers = (await tmux.sessions()).flatMap(({ alive, pid }) => (alive ? see(pid) : null) ?? []);
      await tmux.endServer();
      // Each still ends its instance and records that.
      const isEnding = () => launchers.some(({ pid, startTime }) => see(pid)?.startTime === startTime);
      for (const deadline = performance.now() + END_MS; isEnding() && performance.now() < deadline; ) await pause(10);
    },
  };
}

/** Until the signal fires or `ms` have passed; null waits for the signal alone. */
async function rest(ms: number | null, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const fired = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  if (ms === null) return fired;
  const over = new AbortController();
  await Promise.race([fired, pause(ms, undefined, { signal: over.signal }).catch(() => undefined)]);
  over.abort();
}

/** Null when the launcher has not recorded itself in time. */
async function waitForIdentity(folder: string, timeoutMs: number): Promise<Identity | null> {
  const deadline = performance.now() + timeoutMs;
  return new Promise((resolve) => {
    const check = () => {
      const identity = readIdentity(folder);
      if (identity === null && performance.now() < deadline) return;
      unwatch();
      resolve(identity);
    };
    const unwatch = watchPath(folder, check, 100);
    check();
  });
}
