/** A real terminal with a person in front of it: a tmux server of our own, whose window a program runs in. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);

export type TestTerminal = {
  /** What stands on the screen now. */
  screen(): Promise<string>;
  /** Types keys as tmux names them: `q`, `C-c`, `Enter`. */
  press(...keys: string[]): Promise<void>;
  /** Types a line and Enter. */
  type(line: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  close(): Promise<void>;
};

/** @param command a shell command; the terminal shows `ended <code>` when it has ended */
export async function openTerminal(
  command: string,
  options: { folder: string; env: Readonly<Record<string, string>>; columns?: number; rows?: number },
): Promise<TestTerminal> {
  const socket = `cco-test-${randomUUID().slice(0, 8)}`;
  const { folder, env, columns = 80, rows = 24 } = options;
  const tmux = async (...args: string[]) =>
    (await run("tmux", ["-u", "-L", socket, "-f", "/dev/null", ...args], { env: { ...env, TERM: "xterm-256color" } }))
      .stdout;
  const variables = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  const line = `${command}; echo "ended $?"; exec sleep 600`;
  const size = ["-x", String(columns), "-y", String(rows)];
  await tmux("new-session", "-d", "-s", "test", ...size, ...variables, "-c", folder, "sh", "-c", line);
  return {
    screen: () => tmux("capture-pane", "-p", "-t", "test"),
    press: async (...keys) => void (await tmux("send-keys", "-t", "test", ...keys)),
    async type(text) {
      await tmux("send-keys", "-t", "test", "-l", text);
      await tmux("send-keys", "-t", "test", "Enter");
    },
    resize: async (wide, high) =>
      void (await tmux("resize-window", "-t", "test", "-x", String(wide), "-y", String(high))),
    async close() {
      const path = (await tmux("display-message", "-p", "#{socket_path}")).trim();
      await tmux("kill-server");
      rmSync(path, { force: true });
    },
  };
}
