import type { Limits } from "./limits.ts";

/** What the launcher needs to know, written by the runner before it starts (mode 0600: it holds the environment). */
export interface Launch {
  /** The agent's command with its sandbox around it. */
  command: readonly string[];
  /** The agent's whole environment, its run's mark included. */
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** The run that the agent's processes are marked with. */
  run: string;
  /** Whether there is a namespace with an init between the command and the agent. */
  sandboxed: boolean;
  columns: number;
  /** The agent has the terminal itself, for a person to work at: no mailbox, no transcript. */
  isScreen?: boolean;
  /** The instance is ended, with the limit's name as the reason, when it takes more. */
  limits: Limits;
}
