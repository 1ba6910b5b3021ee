import { setTimeout as after } from "node:timers/promises";
import {
  mostShown,
  runnerTerminalPath,
  showAgain,
  type TerminalNews,
  terminalProtocol,
  ticketPrefix,
  type WantedTerminal,
} from "#protocol/terminal.ts";
import { openOutlet } from "./terminal/outlet.ts";
import type { Terminals } from "./terminal/terminals.ts";
import { isOfRun, openHands } from "./terminal-hands.ts";

export type Showing = {
  /** Brings the terminals that somebody watches to the server. */
  take(wanted: readonly WantedTerminal[]): void;
  /** The run has ended, and its terminal with it. */
  end(runId: number): void;
  close(): void;
};

/** Bytes that wait for the server: with more of them the terminal is not read, and begins again with what is then in sight. */
const behindBytes = 1024 * 1024;
const lookMs = 50;
const openMs = 10_000;

/** @param of.redact takes secrets out of what leaves the machine */
export function openShowing(of: {
  server: string;
  terminals: Pick<Terminals, "show" | "type">;
  redact: (text: string) => string;
  failed: (runId: number, error: unknown) => void;
}): Showing {
  const shown = new Map<number, AbortController>();
  return {
    take(wanted) {
      for (const { runId, ticket } of wanted) {
        shown.get(runId)?.abort();
        const over = new AbortController();
        shown.set(runId, over);
        showOne({ ...of, runId, ticket, over })
          .catch((error: unknown) => of.failed(runId, error))
          .finally(() => {
            over.abort();
            if (shown.get(runId) === over) shown.delete(runId);
          });
      }
    },
    end: (runId) => shown.get(runId)?.abort(),
    close() {
      for (const over of shown.values()) over.abort();
    },
  };
}

/** One connection, from its opening until nobody watches any more or the run has ended. */
async function showOne(of: {
  server: string;
  terminals: Pick<Terminals, "show" | "type">;
  redact: (text: string) => string;
  failed: (runId: number, error: unknown) => void;
  runId: number;
  ticket: string;
  over: AbortController;
}): Promise<void> {
  const address = new URL(runnerTerminalPath, of.server);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address, [terminalProtocol, `${ticketPrefix}${of.ticket}`]);
  const { over } = of;
  let again = new AbortController();
  const opened = new Promise<void>((resolve) => socket.addEventListener("open", () => resolve()));
  const closed = new Promise<void>((resolve) => over.signal.addEventListener("abort", () => resolve()));
  socket.addEventListener("close", () => over.abort());
  // Its close follows, and the server asks again while somebody watches.
  socket.addEventListener("error", () => over.abort());
  const hands = openHands(of, over.signal);
  socket.addEventListener("message", ({ data }) => {
    if (data === showAgain) again.abort();
    else hands.hear(String(data));
  });
  const impatience = setTimeout(() => over.abort(), openMs);
  await Promise.race([opened, closed]);
  clearTimeout(impatience);
  try {
    while (!over.signal.aborted) {
      again = new AbortController();
      await showScreen({ ...of, seen: hands.seen }, socket, again);
      while (socket.bufferedAmount > 0 && !over.signal.aborted) await after(lookMs);
    }
  } finally {
    hands.close();
    if (socket.readyState <= WebSocket.OPEN) socket.close();
  }
}

/** What is in sight and what follows, until it is to begin again. */
async function showScreen(
  of: {
    terminals: Pick<Terminals, "show">;
    redact: (text: string) => string;
    runId: number;
    over: AbortController;
    seen: (size: { columns: number; rows: number }) => void;
  },
  socket: WebSocket,
  again: AbortController,
): Promise<void> {
  const send = (news: TerminalNews) => {
    if (again.signal.aborted || socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > behindBytes) again.abort();
    else socket.send(JSON.stringify(news));
  };
  const outlet = openOutlet(of.redact, (text) => {
    for (let at = 0; at < text.length; at += mostShown) {
      send({ kind: "output", text: text.slice(at, at + mostShown) });
    }
  });
  const view = {
    screen(screen: { columns: number; rows: number; text: string }) {
      outlet.clear();
      of.seen(screen);
      send({ kind: "screen", ...screen, text: of.redact(screen.text).slice(-mostShown) });
    },
    output: outlet.push,
    // Those who watch are shown it anew, in the size that it has.
    resized: () => again.abort(),
    none() {
      outlet.clear();
      send({ kind: "none" });
    },
  };
  await of.terminals.show(isOfRun(of.runId), view, AbortSignal.any([of.over.signal, again.signal]));
  outlet.clear();
}
