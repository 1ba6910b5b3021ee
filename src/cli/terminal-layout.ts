import type { TerminalPlace } from "./terminal-place.ts";

/** `watch` is the terminal alone, `split` has a shell in its worktree beside it, `full` also what else is going on. */
export const layouts = ["watch", "split", "full"] as const;
export type Layout = (typeof layouts)[number];

/** What one part of the screen runs, and in which folder. */
export type Pane = { argv: readonly string[]; folder: string | null; side: "right" | "below" };

/** Two command lines: one that opens the screen in parts, and one that closes what is left of it. */
export type LaidOut = { open: string[]; close: string[] };

const lines = 12;
const twoWide = 120;

/**
 * Terminals beside each other, or one with other programs beside it, in a terminal server of the person's own that ends
 * with them. None of what is started passes through a shell.
 * `socket` is where that server listens, in a folder of nobody else's.
 */
export function layOut(
  places: readonly TerminalPlace[],
  panes: readonly Pane[],
  { folder, columns, socket }: { folder: string; columns: number | null; socket: string },
): LaidOut {
  const [first, ...more] = places;
  const program = first?.join[0] ?? "";
  const server = [program, "-u", "-f", "/dev/null", "-S", socket];
  // Two terminals beside each other want room for two.
  const beside = (columns ?? 0) >= twoWide ? "-h" : "-v";
  const layout = more.length > 1 ? "tiled" : beside === "-h" ? "even-horizontal" : "even-vertical";
  const commands = [
    ...options.map((option) => ["set-option", "-g", ...option]),
    ["new-session", "-s", "view", "-c", folder, "--", ...joinedFrom(first)],
    ...more.map((place) => ["split-window", beside, "-c", folder, "--", ...joinedFrom(place)]),
    ...panes.map(({ argv, folder: place, side }) => {
      const where = side === "right" ? [beside] : ["-v", "-f", "-l", String(lines)];
      return ["split-window", ...where, "-c", place ?? folder, "--", ...argv];
    }),
    ...(more.length > 0 ? [["select-layout", layout]] : []),
    ["select-pane", "-t", "{top-left}"],
  ];
  const line = commands.flatMap((command, at) => (at === 0 ? command : [";", ...command]));
  return { open: [...server, "start-server", ";", ...line], close: [...server, "kill-server"] };
}

const options: readonly (readonly string[])[] = [
  ["mouse", "on"],
  ["allow-rename", "off"],
  ["set-titles", "off"],
  ["status-left", ""],
  ["window-status-format", ""],
  ["window-status-current-format", ""],
  ["status-right", " Ctrl-b o goes on to the next part, Ctrl-b d leaves; the run goes on "],
  ["status-right-length", "70"],
];

/** A terminal within a part of another one: it must not be told that it is nested. */
function joinedFrom(place: TerminalPlace | undefined): string[] {
  return ["env", "-u", "TMUX", "-u", "TMUX_PANE", ...(place?.join ?? [])];
}
