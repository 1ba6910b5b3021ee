import { setTimeout as pause } from "node:timers/promises";
import { readProcess } from "#runner/sandbox/processes.ts";
import { signal, sweep } from "#runner/sandbox/sweep.ts";
import { findAgent, measureTrees } from "#runner/sandbox/tree.ts";
import { type InstanceParts, livingOf, waitForExit } from "./ending.ts";
import { type Exit, readExit } from "./exit.ts";
import { terminalFiles, writeOnce } from "./files.ts";
import { isRootAlive } from "./identity.ts";
import { endMailbox, postLine } from "./mailbox.ts";

/** One instance's terminal: alive, or ended and not yet removed. */
export interface Terminal {
  readonly name: string;
  readonly folder: string;
  /** Never rejects. Not resolved by `Terminals.close`. */
  readonly exited: Promise<Exit>;
  /** Gives the agent one line on its stdin; durable when it resolves, also if the agent reads it much later. @throws MailboxClosed */
  send(line: string): Promise<void>;
  /** Closes the agent's stdin after everything sent so far. */
  end(): Promise<void>;
  /** SIGINT to the agent: Claude Code ends its turn and the tool that is running. */
  interrupt(): Promise<void>;
  /**
   * Ends the instance: interrupt, then SIGTERM, then SIGKILL for everything it ever started, each after its grace.
   * The first reason given is kept. Resolves when nothing of it is alive. @throws StopFailed
   */
  stop(reason: string, grace: { interruptMs: number; termMs: number }): Promise<Exit>;
  /** Takes the ended instance's screen away; its files stay. @throws while it is alive */
  remove(): Promise<void>;
  /** What a person runs to look at it. */
  attachCommand(): string[];
  /** What it takes now. `pid` is the agent's, as the machine sees it; null once it has ended. */
  tree(): Promise<{ pid: number | null; rssBytes: number; processes: number; cpuMs: number }>;
}

/** Something of the instance would not die within the kernel's reach (stuck in the kernel, or another user's). */
export class StopFailed extends Error {}

const KILL_MS = 5_000;
/** How long a sandbox may take to get to the agent. */
const AGENT_MS = 2_000;

/** Takes charge of an instance that has been started. */
export function openTerminal(parts: InstanceParts): Terminal {
  const { name, folder, identity, launch, tmux } = parts;
  const files = terminalFiles(folder);
  const exited = waitForExit(parts);

  const living = () => livingOf(launch, identity);
  const tell = async (name: NodeJS.Signals) => {
    const deadline = performance.now() + AGENT_MS;
    while (isRootAlive(identity)) {
      const pid = findAgent(identity.root.pid, launch.sandboxed);
      const agent = pid === null ? null : readProcess(pid);
      if (agent !== null && signal(agent, name)) return;
      if (performance.now() > deadline) return;
      await pause(20);
    }
  };

  return {
    name,
    folder,
    exited,
    async send(line) {
      postLine(folder, line);
    },
    async end() {
      endMailbox(folder);
    },
    async interrupt() {
      await tell("SIGINT");
    },
    async stop(reason, { interruptMs, termMs }) {
      writeOnce(files.stop, `${JSON.stringify({ reason, at: new Date().toISOString() })}\n`);
      const before = readExit(folder);
      if (before !== null) return before;
      await tell("SIGINT");
      if ((await within(exited, interruptMs)) === null) {
        await tell("SIGTERM");
        if ((await within(exited, termMs)) === null) await sweep(living, KILL_MS);
      }
      let exit = await within(exited, KILL_MS);
      if (exit === null) {
        // The launcher itself hangs; without it we are told of the end by its absence.
        signal(identity, "SIGKILL");
        exit = await within(exited, KILL_MS);
      }
      const left = living();
      if (exit === null || left.length > 0) {
        throw new StopFailed(`${name} could not be ended; still alive: ${left.map(({ pid }) => pid).join(", ")}`);
      }
      return readExit(folder) ?? exit;
    },
    async remove() {
      if (readExit(folder) === null) throw new Error(`${name} has not ended`);
      await tmux.endSession(name);
    },
    attachCommand: () => tmux.attachCommand(name),
    async tree() {
      const pid = identity.root.pid;
      const use = isRootAlive(identity) ? measureTrees([pid]).get(pid) : undefined;
      if (use === undefined) return { pid: null, rssBytes: 0, processes: 0, cpuMs: 0 };
      return { pid: findAgent(pid, launch.sandboxed), ...use };
    },
  };
}

/** What the promise gives, or null when it takes longer. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  const late = new AbortController();
  try {
    return await Promise.race([promise, pause(ms, null, { signal: late.signal })]);
  } finally {
    late.abort();
  }
}
