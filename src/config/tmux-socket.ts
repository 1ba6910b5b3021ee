import { createHash } from "node:crypto";

/** Name of the tmux server of the runner in this folder (tmux -L): one for each folder. */
export function tmuxSocketOf(runnerHome: string): string {
  return `cc-orchestrator-${createHash("sha256").update(runnerHome).digest("hex").slice(0, 8)}`;
}
