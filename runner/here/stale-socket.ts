import { lstatSync } from "node:fs";
import { connect } from "node:net";
import { defaultSocket } from "#runner/tmux.ts";

const patienceMs = 2_000;

/** The socket of the terminals of this runner's folder when nothing listens at it any more; null otherwise. */
export async function staleSocket(home: string): Promise<string | null> {
  const path = defaultSocket(home);
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return null;
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (answer: string | null) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(patienceMs, () => end(null));
    socket.once("connect", () => end(null));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code === "ECONNREFUSED" ? path : null));
  });
}
