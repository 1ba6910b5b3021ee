import { lstatSync } from "node:fs";
import { connect } from "node:net";
import { namedSocket } from "#runner/terminal/socket.ts";

const patienceMs = 2_000;

/** The socket of the tmux server with this name when nothing listens at it any more; null otherwise. */
export async function staleSocket(name: string): Promise<string | null> {
  const path = namedSocket(name);
  if (!isSocket(path)) return null;
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

function isSocket(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true;
}
