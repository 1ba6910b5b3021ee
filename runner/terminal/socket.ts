/** Where tmux's socket lies: on it everything can be run that the runner's user may. */
import { createHash } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A socket's path may have 107 bytes on Linux and 103 on macOS (sun_path). */
const socketPathBytes = 100;

/**
 * What names the server to tmux: a path, a bare name, or none for the usual place in the runner's folder.
 * @throws where others could get at the socket
 */
export function socketArguments(home: string, socket: string | undefined): string[] {
  if (socket !== undefined && !socket.includes("/")) return ["-L", socket];
  const path = socket ?? defaultSocket(home);
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(folder);
  // Whoever can reach the socket can run programs as us; in a shared /tmp another user may have made the folder first.
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0) {
    throw new Error(`${folder} must belong to you and be writable by you alone, for tmux's socket lies there`);
  }
  return ["-S", path];
}

/** Where the socket of these arguments lies. */
export function socketPath([flag, value = ""]: readonly string[]): string {
  return flag === "-S" ? value : namedSocket(value);
}

/** Where the socket of a tmux server with this name lies (tmux(1), TMUX_TMPDIR). */
export function namedSocket(name: string): string {
  return join(process.env.TMUX_TMPDIR ?? "/tmp", `tmux-${process.getuid?.() ?? 0}`, name);
}

/** Where the terminals of the runner in this folder listen, unless it was told another place. */
function defaultSocket(home: string): string {
  const path = join(home, "tmux.sock");
  if (Buffer.byteLength(path) <= socketPathBytes) return path;
  const digest = createHash("sha256").update(home).digest("hex").slice(0, 16);
  return join(tmpdir(), `cc-orchestrator-${process.getuid?.() ?? 0}`, `${digest}.sock`);
}
