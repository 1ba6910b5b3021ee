import type { Logger } from "pino";
import type { Limits } from "./terminal/limits.ts";

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
  /**
   * What Claude Code finds in its environment instead of a key: a token of its own, or the way to another company's model
   * with the secrets that it takes. `modelKeyFile` is null then.
   */
  modelEnvironment?: Readonly<Record<string, string>>;
  /** Another Messages API than Anthropic's own, as the operator set it. */
  modelUrl: string | null;
  /** A folder with `<owner>/<name>/` folders to copy `.worktreeinclude` files from, or null. */
  includeFolder: string | null;
  /** tmux server name, one for each runner on a machine. */
  tmuxSocket: string;
  /** How long a drained runner lets its instances go on before it hands them over, in minutes; no end unless told. */
  drainMinutes?: number;
  /** Minutes between two saves of work that is under way; 5 unless told. */
  wipMinutes?: number;
  /** Days after which what is left of a task without runs is removed, its session included; 30 unless told. */
  keepDays?: number;
  /** Nothing of this machine is there any more when the runner has ended: saved work is sent before. */
  isEphemeral?: boolean;
  /** What one instance may take. */
  limits?: Partial<InstanceLimits>;
  /** No run is claimed while the machine has less than this. */
  floors?: Partial<Floors>;
};

/** What one instance may take before it is stopped; money is the repository's to limit. */
export type InstanceLimits = Limits & {
  /** Minutes of a run; the repository's policy may say less. */
  minutes: number;
  /** Minutes without a word from Claude Code. */
  idleMinutes: number;
  /** Size of the worktree on disk, with everything that was built in it. */
  worktreeBytes: number;
};

/** What must be free on the machine. */
export type Floors = { memoryBytes: number; diskBytes: number };

export const defaultLimits = { idleMinutes: 30, worktreeBytes: 20 * 1024 ** 3 } as const;
export const defaultFloors: Floors = { memoryBytes: 512 * 1024 ** 2, diskBytes: 1024 ** 3 };

export type Log = Pick<Logger, "info" | "warn" | "error">;
