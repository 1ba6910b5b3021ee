/** Two command lines: one that joins a run's terminal, and one that succeeds when the terminal is on this machine. */
export type TerminalPlace = { join: string[]; ask: string[] };

const shape =
  /^(tmux(?: -u)?(?: -f \/dev\/null)?(?: -[LS] [A-Za-z0-9_./-]{1,200})?) attach-session -t (=[a-z0-9][a-z0-9-]{0,60})$/;

/**
 * What a runner said about joining, taken apart. It came over the network and is about to be run, so it is only taken
 * when it joins a terminal and does nothing else.
 * @returns null for anything else
 */
export function joiningOf(attach: string, readOnly: boolean): TerminalPlace | null {
  const found = shape.exec(attach);
  if (found === null) return null;
  const [, server = "", session = ""] = found;
  const before = server.split(" ");
  return {
    join: [...before, "attach-session", ...(readOnly ? ["-r"] : []), "-t", session],
    ask: [...before, "has-session", "-t", session],
  };
}
