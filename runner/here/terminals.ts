import { existsSync } from "node:fs";
import { withRuns } from "#runner/strays.ts";
import { namedSocket } from "#runner/terminal/socket.ts";
import { openTmux } from "#runner/tmux.ts";

/** A terminal on this machine. */
export type TerminalHere = {
  name: string;
  /** It belongs to a run that has not ended. */
  hasRun: boolean;
  /** The runner's folder that it belongs to. */
  home: string;
};

/** The terminals of the runners with these folders and tmux servers. @throws TmuxFailed */
export async function terminalsHere(runners: readonly { home: string; tmuxSocket: string }[]): Promise<TerminalHere[]> {
  const found: TerminalHere[] = [];
  for (const { home, tmuxSocket } of runners) {
    // Without a server there are none, and tmux itself may not be there.
    if (!existsSync(namedSocket(tmuxSocket))) continue;
    const { sessions } = openTmux({ home, socket: tmuxSocket });
    for (const one of await withRuns(home, sessions)) found.push({ ...one, home });
  }
  return found;
}
