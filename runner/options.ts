import type { Logger } from "pino";

/** How this runner is set up; read and checked by the program that starts it. */
export type RunnerConfig = {
  /** Base URL of the control plane. */
  server: string;
  /** Where this runner keeps everything: mirrors, worktrees, journal. Mode 0700. */
  home: string;
  /** What the server knows this runner by, from `runner register`. */
  credential: string;
  slots: number;
  /** The Claude Code program: a name on the PATH or a path. */
  claude: string;
  /** A file, mode 0600, with a model key; null uses the login of the person who runs this. */
  modelKeyFile: string | null;
  /** Another Messages API than Anthropic's own, as the operator set it. */
  modelUrl: string | null;
  /** A folder with `<owner>/<name>/` folders to copy `.worktreeinclude` files from, or null. */
  includeFolder: string | null;
  /** tmux server name, one for each runner on a machine. */
  tmuxSocket: string;
};

export type Log = Pick<Logger, "info" | "warn" | "error">;
