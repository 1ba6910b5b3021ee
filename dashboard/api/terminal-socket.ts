import type { WatchedNews, WatcherSays } from "#protocol/terminal.ts";
import { pageKeyPrefix, terminalPath, terminalProtocol } from "./routes.ts";

export type TerminalEvents = {
  news(news: WatchedNews): void;
  /** Tries again by itself. */
  lost(): void;
};

const firstWaitMs = 400;
const longestWaitMs = 5_000;

export type WatchedTerminal = {
  /** Lost where there is no connection, or where it does not keep up. */
  say(what: WatcherSays): void;
  stop(): void;
};

/** Bytes that wait for the server; what is typed on top of them is lost. */
const behindBytes = 256 * 1024;

/** Watches a task's terminal; after a break it begins again with what is then in sight. */
export function watchTerminal(task: string, pageKey: string, events: TerminalEvents): WatchedTerminal {
  let failures = 0;
  let timer: number | undefined;
  let socket: WebSocket | null = null;
  let isOver = false;

  const open = () => {
    const address = new URL(terminalPath.replace(":task", encodeURIComponent(task)), location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(address, [terminalProtocol, `${pageKeyPrefix}${pageKey}`]);
    socket.onmessage = ({ data }) => {
      if (isOver) return;
      failures = 0;
      events.news(JSON.parse(String(data)) as WatchedNews);
    };
    socket.onclose = () => {
      if (isOver) return;
      events.lost();
      timer = window.setTimeout(open, Math.min(longestWaitMs, firstWaitMs * 2 ** failures));
      failures += 1;
    };
  };
  open();
  return {
    say(what) {
      if (socket?.readyState === WebSocket.OPEN && socket.bufferedAmount <= behindBytes)
        socket.send(JSON.stringify(what));
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}
