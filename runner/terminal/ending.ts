import { processesOf, type Seen, sweep } from "#runner/sandbox/sweep.ts";
import type { Tmux } from "#runner/tmux.ts";
import { type Exit, exitOf, readExit, recordExit } from "./exit.ts";
import { terminalFiles } from "./files.ts";
import { type Identity, isAlive, isRootAlive } from "./identity.ts";
import type { Launch } from "./launch-file.ts";
import { watchPath } from "./watch.ts";

/** All that is known of an instance that was started. */
export interface InstanceParts {
  name: string;
  folder: string;
  identity: Identity;
  launch: Launch;
  tmux: Tmux;
  /** Aborted when the terminals are closed: nobody waits any more, the instances go on. */
  closing: AbortSignal;
}

const CHECK_MS = 1_000;
const SWEEP_MS = 5_000;

/**
 * The instance's exit, as its launcher records it, or as we find it when the launcher itself was killed.
 * Told by a file that the launcher touches at the end; every second it looks besides. Never rejects.
 */
export function waitForExit(parts: InstanceParts): Promise<Exit> {
  const { folder, identity, closing } = parts;
  return new Promise((resolve) => {
    let isSettling = false;
    const done = (exit: Exit) => {
      unwatch();
      resolve(exit);
    };
    const check = () => {
      if (isSettling) return;
      const alive = isAlive(identity);
      // Read after the look: a launcher that is gone has recorded whatever it was going to record.
      const exit = readExit(folder);
      if (exit !== null) return done(exit);
      if (alive) return;
      isSettling = true;
      settle(parts).then(done, () => done(unseen()));
    };
    const unwatch = watchPath(terminalFiles(folder).pid, check, CHECK_MS);
    closing.addEventListener("abort", unwatch, { once: true });
    check();
  });
}

/** Ends and records an instance whose launcher is gone without a word. */
export async function settle({ name, folder, identity, launch, tmux }: InstanceParts): Promise<Exit> {
  await sweep(() => livingOf(launch, identity), SWEEP_MS);
  const session = (await tmux.sessions()).find((found) => found.name === name);
  // The screen is still there: only the launcher was killed. Else the server went, or the machine.
  const exit = session === undefined ? unseen() : { ...exitOf(null, "SIGKILL", new Date()) };
  return recordExit(folder, exit);
}

/** Everything of the instance that is alive, its launcher excepted. */
export function livingOf(launch: Launch, identity: Identity): Seen[] {
  return processesOf(launch.run, [isRootAlive(identity) ? identity.root : null]).filter(
    ({ pid }) => pid !== identity.pid,
  );
}

function unseen(): Exit {
  return { code: null, signal: null, reason: "terminal_lost", at: new Date().toISOString() };
}
