import type { WatchedNews } from "#protocol/terminal.ts";
import { pageKeyPrefix, terminalPath, terminalProtocol } from "./routes.ts";

export type TerminalEvents = {
  news(news: WatchedNews): void;
  /** Tries again by itself. */
  lost(): void;
};

const firstWaitMs = 400;
const longestWaitMs = 5_000;

/** Watches a task's terminal; after a break it begins again with what is then in sight. @returns stops it */
export function watchTerminal(task: string, pageKey: string, events: TerminalEvents): () => void {
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
  return () => {
    isOver = true;
    clearTimeout(timer);
    socket?.close();
  };
}
