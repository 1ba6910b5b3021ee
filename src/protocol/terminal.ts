import { z } from "zod";

/** Where a browser watches what is worked on: a WebSocket. */
export const terminalPath = "/api/tasks/:task/terminal";
/** Where a runner brings what somebody watches: a WebSocket too. */
export const runnerTerminalPath = "/api/runner/terminal";

/**
 * The WebSocket's subprotocol. Browsers and Node's own client send no headers of ours with a WebSocket, so the page's
 * key and the runner's ticket travel beside it as a second one; never in the address, which ends up in logs.
 */
export const terminalProtocol = "cc-orchestrator.terminal";
export const pageKeyPrefix = "page-key.";
export const ticketPrefix = "ticket.";

/** Somebody watches this run: the runner is to bring its terminal, once, with this ticket, and soon. */
export const WantedTerminal = z.object({ runId: z.int().positive(), ticket: z.string().min(20).max(200) });
export type WantedTerminal = z.infer<typeof WantedTerminal>;

/** As much as one message of a runner holds, in characters. */
export const mostShown = 256 * 1024;

/** What a runner tells of a terminal. */
export const TerminalNews = z.discriminatedUnion("kind", [
  /** Everything that is in sight: what was shown before is gone. `text` is for a terminal of this size. */
  z.object({
    kind: z.literal("screen"),
    columns: z.int().min(1).max(1_000),
    rows: z.int().min(1).max(1_000),
    text: z.string().max(mostShown),
  }),
  z.object({ kind: z.literal("output"), text: z.string().max(mostShown) }),
  /** There is none at the moment: not yet, or between two instances. */
  z.object({ kind: z.literal("none") }),
]);
export type TerminalNews = z.infer<typeof TerminalNews>;

/** What whoever watches is told; `others` are the names of those who watch besides. */
export type WatchedNews =
  | TerminalNews
  | { kind: "watchers"; others: string[] }
  /** Who types; null when nobody does. */
  | { kind: "hands"; by: string | null; isYours: boolean }
  /** Why what was asked for or typed was not taken. */
  | { kind: "refused"; sentence: string };

/** As much as is typed, and pasted, at once; in characters. */
export const mostTyped = 4096;
export const mostPasted = 65_536;

const typed = [
  z.object({ kind: z.literal("keys"), text: z.string().min(1).max(mostTyped) }),
  z.object({ kind: z.literal("paste"), text: z.string().min(1).max(mostPasted) }),
  z.object({ kind: z.literal("size"), columns: z.int().min(20).max(500), rows: z.int().min(5).max(200) }),
] as const;

/** What a runner is told of whoever types. `hands` says that there is somebody from now on, or nobody. */
export const TypedNews = z.discriminatedUnion("kind", [
  ...typed,
  z.object({ kind: z.literal("hands"), on: z.boolean() }),
]);
export type TypedNews = z.infer<typeof TypedNews>;

/** What whoever watches may say: that they want to type, that they are done, and what they type. */
export const WatcherSays = z.discriminatedUnion("kind", [
  ...typed,
  z.object({ kind: z.literal("take") }),
  z.object({ kind: z.literal("release") }),
]);
export type WatcherSays = z.infer<typeof WatcherSays>;

/** Asks the runner for the whole screen anew: somebody has joined. */
export const showAgain = "again";
