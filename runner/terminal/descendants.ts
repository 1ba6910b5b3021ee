import { readProcess } from "#runner/sandbox/processes.ts";
import { straysIn } from "#runner/sandbox/strays.ts";
import { processesOf, type Seen, see, signal, sweep } from "#runner/sandbox/sweep.ts";
import { findInit, treeOf } from "#runner/sandbox/tree.ts";
import type { Launch } from "./launch-file.ts";

/** Everything that an agent started, however it tried to get away. */
export interface Descendants {
  /** Kills all of it. @returns what would not die */
  kill(): Promise<Seen[]>;
}

const SWEEP_MS = 5_000;
const TRACK_MS = 1_000;

/**
 * Keeps hold of what descends from `root` (undefined when the agent could not be started). In a namespace the kernel
 * does; without one, descendants are remembered as they are seen, for they can leave the tree before it ends.
 */
export function trackDescendants(launch: Launch, root: number | undefined): Descendants {
  if (root === undefined) return { kill: async () => [] };
  const seen = new Map([[root, see(root)]]);
  const since = readProcess(process.pid)?.startTime ?? "0";
  const track = () => {
    if (see(root)?.startTime !== seen.get(root)?.startTime) return;
    for (const { pid, startTime } of treeOf(root)) seen.set(pid, { pid, startTime });
  };
  const timer = launch.sandboxed ? undefined : setInterval(track, TRACK_MS);
  const find = () => [
    ...processesOf(launch.run, [...seen.values()]),
    ...(launch.sandboxed ? [] : straysIn(launch.cwd, since)),
  ];
  return {
    kill() {
      clearInterval(timer);
      // The end of a namespace's init is the end of everything in it, at once and however much there is.
      const init = launch.sandboxed && see(root)?.startTime === seen.get(root)?.startTime ? findInit(root) : null;
      if (init !== null) signal(init, "SIGKILL");
      return sweep(find, SWEEP_MS);
    },
  };
}
