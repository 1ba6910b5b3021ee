import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";
import type { HeldRun } from "#protocol/runner.ts";
import { showAgain, TerminalNews, type WantedTerminal, type WatchedNews } from "#protocol/terminal.ts";
import { dropHands, openTypist, type TypingRight, type TypingStage } from "./terminal-typing.ts";

/** Passes what runners bring on to whoever watches; keeps nothing of it. */
export type TerminalRelay = {
  /** The terminals that this runner is to bring. Each is told once, and again when it has not come. */
  wanted(runnerId: number, held: readonly HeldRun[]): WantedTerminal[];
  /** Whether one more may watch. */
  hasRoom(): boolean;
  watch(
    of: { runId: number; runnerId: number; name: string; right: TypingRight; isIn: () => boolean },
    socket: WebSocket,
  ): void;
  /** Who is at the run's terminal. */
  presence(): Presence[];
  /** Cuts those who are signed out. */
  lookWhoIsIn(): void;
  /** The run that the ticket is for, or null. A ticket is good once. */
  redeem(ticket: string): number | null;
  /** A runner brings a terminal. */
  bring(runId: number, socket: WebSocket): void;
  close(): void;
};

/** Who is at a terminal: everybody who watches, and who of them types. */
export type Presence = { runId: number; watchers: string[]; hands: string | null };

type Stage = TypingStage & {
  runId: number;
  runnerId: number;
  watchers: Map<WebSocket, { name: string; isIn: () => boolean }>;
  ticket: string | null;
  retry: NodeJS.Timeout | null;
};

const mostWatchers = 100;
/** A ticket that was not used for so long is void, and another is given. */
const ticketMs = 10_000;
/** Bytes that wait for a browser which does not read, before it is cut: it may come again and sees the present screen. */
const behindBytes = 1024 * 1024;
const pingMs = 20_000;
const closeMs = 500;
/** Close codes of RFC 6455. */
const goingAway = 1001;
const signedOut = 1008;

/**
 * @param wake rings the runners that wait for what is wanted of them
 * @param changed told who is at a terminal from now on
 */
export function openTerminalRelay({
  wake,
  changed = () => undefined,
}: {
  wake: () => void;
  changed?: (presence: Presence) => void;
}): TerminalRelay {
  const stages = new Map<number, Stage>();
  const alive = new WeakSet<WebSocket>();
  const pulse = setInterval(() => {
    for (const socket of sockets()) beat(socket, alive);
    lookWhoIsIn();
  }, pingMs).unref();

  function* sockets(): Generator<WebSocket> {
    for (const { watchers, source } of stages.values()) {
      yield* watchers.keys();
      if (source !== null) yield source;
    }
  }

  function stageOf(runId: number, runnerId: number): Stage {
    const known = stages.get(runId);
    if (known?.runnerId === runnerId) return known;
    // Another runner has the run now: who watches comes again and is shown that one's.
    if (known !== undefined) end(known);
    const stage: Stage = {
      runId,
      runnerId,
      watchers: new Map(),
      source: null,
      ticket: null,
      retry: null,
      hands: null,
      tell: (socket, news) => send(socket, JSON.stringify(news)),
      changed: () => tellWatchers(stage),
    };
    stages.set(runId, stage);
    return stage;
  }

  function end(stage: Stage): void {
    if (stages.get(stage.runId) === stage) stages.delete(stage.runId);
    if (stage.retry !== null) clearTimeout(stage.retry);
    stage.source?.close(goingAway);
    for (const watcher of stage.watchers.keys()) watcher.close(goingAway);
    changed({ runId: stage.runId, watchers: [], hands: null });
  }

  function lookWhoIsIn(): void {
    for (const { watchers } of stages.values())
      for (const [socket, { isIn }] of watchers) if (!isIn()) socket.close(signedOut);
  }

  function tellWatchers(stage: Stage): void {
    for (const one of stage.watchers.keys()) {
      const hands = { by: stage.hands?.name ?? null, isYours: stage.hands?.socket === one };
      send(one, JSON.stringify({ kind: "hands", ...hands } satisfies WatchedNews));
      const others = [...stage.watchers].filter(([socket]) => socket !== one).map(([, { name }]) => name);
      send(one, JSON.stringify({ kind: "watchers", others } satisfies WatchedNews));
    }
    changed(presenceOf(stage));
  }

  return {
    wanted(runnerId, held) {
      const wanted: WantedTerminal[] = [];
      for (const stage of stages.values()) {
        const isHeld = stage.runnerId === runnerId && held.some(({ runId }) => runId === stage.runId);
        if (!isHeld || stage.source !== null || stage.ticket !== null) continue;
        const ticket = randomBytes(32).toString("base64url");
        stage.ticket = ticket;
        stage.retry = setTimeout(() => {
          stage.ticket = null;
          if (stage.source === null && stages.get(stage.runId) === stage) wake();
        }, ticketMs).unref();
        wanted.push({ runId: stage.runId, ticket });
      }
      return wanted;
    },
    hasRoom: () => [...stages.values()].reduce((sum, { watchers }) => sum + watchers.size, 0) < mostWatchers,
    presence: () => [...stages.values()].map(presenceOf),
    lookWhoIsIn,
    watch({ runId, runnerId, name, right, isIn }, socket) {
      const stage = stageOf(runId, runnerId);
      attend(socket, alive, () => {
        stage.watchers.delete(socket);
        if (stage.hands?.socket === socket) dropHands(stage);
        if (stage.watchers.size === 0) end(stage);
        else tellWatchers(stage);
      });
      stage.watchers.set(socket, { name, isIn });
      const hear = openTypist(stage, { socket, name, right });
      socket.on("message", (bytes, isBinary) => (isBinary ? socket.close(1008) : hear(String(bytes))));
      tellWatchers(stage);
      if (stage.source === null) wake();
      else send(stage.source, showAgain);
    },
    redeem(ticket) {
      const stage = [...stages.values()].find((one) => one.ticket === ticket);
      if (stage === undefined) return null;
      stage.ticket = null;
      if (stage.retry !== null) clearTimeout(stage.retry);
      return stage.runId;
    },
    bring(runId, socket) {
      const stage = stages.get(runId);
      attend(socket, alive, () => {
        if (stage?.source !== socket) return;
        stage.source = null;
        end(stage);
      });
      // Whoever watched has gone meanwhile, or it is there already.
      if (stage === undefined || stage.source !== null) return socket.close(goingAway);
      stage.source = socket;
      socket.on("message", (bytes, isBinary) => {
        const news = isBinary ? null : newsOf(String(bytes));
        // Nothing that our runners send: it does not come again by itself.
        if (news === null) return socket.close(1008);
        const text = JSON.stringify(news);
        for (const watcher of stage.watchers.keys()) send(watcher, text);
      });
    },
    close() {
      clearInterval(pulse);
      const open = [...sockets()];
      for (const stage of [...stages.values()]) end(stage);
      // The server's end does not wait for somebody who does not answer.
      setTimeout(() => {
        for (const socket of open) socket.terminate();
      }, closeMs).unref();
    },
  };
}

function presenceOf({ runId, watchers, hands }: Stage): Presence {
  return { runId, watchers: [...watchers.values()].map(({ name }) => name), hands: hands?.name ?? null };
}

function attend(socket: WebSocket, alive: WeakSet<WebSocket>, onGone: () => void): void {
  alive.add(socket);
  socket.on("pong", () => alive.add(socket));
  // What was wrong with a connection changes nothing: its close follows.
  socket.on("error", () => socket.terminate());
  socket.once("close", onGone);
}

function beat(socket: WebSocket, alive: WeakSet<WebSocket>): void {
  if (!alive.delete(socket)) socket.terminate();
  else socket.ping();
}

function send(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount <= behindBytes) socket.send(text);
  // A close frame would wait behind what it does not read.
  else socket.terminate();
}

function newsOf(text: string): TerminalNews | null {
  try {
    return TerminalNews.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
