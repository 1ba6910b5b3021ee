import type { WebSocket } from "ws";
import { type TypedNews, type WatchedNews, WatcherSays } from "#protocol/terminal.ts";

/** What decides whether one who watches may type. */
export type TypingRight = {
  /** Asked when they want to. Null when they may, else why not. */
  mayTake(): Promise<string | null>;
  /** Asked for everything that they type: whether the session is still theirs. */
  mayType(): boolean;
};

/** The one who types at a terminal; nobody types beside them. */
export type Hands = { socket: WebSocket; name: string };

/** One terminal, as far as typing goes. */
export type TypingStage = {
  hands: Hands | null;
  source: WebSocket | null;
  tell(socket: WebSocket, news: WatchedNews): void;
  /** Everybody is to know who types. */
  changed(): void;
};

/** Bytes that wait for the runner; what comes on top of them is not typed. */
const behindBytes = 256 * 1024;

/** @returns hears what one who watches says */
export function openTypist(
  stage: TypingStage,
  of: { socket: WebSocket; name: string; right: TypingRight },
): (text: string) => void {
  const { socket, name, right } = of;
  let isAsking = false;

  const take = async () => {
    if (isAsking) return;
    isAsking = true;
    try {
      const refusal = (await right.mayTake()) ?? othersHands(stage, name);
      if (refusal !== null) return stage.tell(socket, { kind: "refused", sentence: refusal });
      if (socket.readyState !== socket.OPEN) return;
      stage.hands = { socket, name };
      send(stage, { kind: "hands", on: true });
      stage.changed();
    } finally {
      isAsking = false;
    }
  };

  return (text) => {
    const said = WatcherSays.safeParse(jsonOf(text)).data;
    // Nothing that our page says.
    if (said === undefined) return socket.close(1008);
    if (said.kind === "take") {
      take().catch(() => socket.close(1011));
      return;
    }
    if (stage.hands?.socket !== socket) return;
    if (said.kind === "release" || !right.mayType()) return dropHands(stage);
    if (!send(stage, said)) stage.tell(socket, { kind: "refused", sentence: "The terminal does not keep up." });
  };
}

/** Nobody types any more. */
export function dropHands(stage: TypingStage): void {
  if (stage.hands === null) return;
  stage.hands = null;
  send(stage, { kind: "hands", on: false });
  stage.changed();
}

/** The same person may go on in another window. */
function othersHands({ hands }: TypingStage, name: string): string | null {
  return hands === null || hands.name === name ? null : `${hands.name} types.`;
}

function send({ source }: TypingStage, news: TypedNews): boolean {
  if (source === null || source.readyState !== source.OPEN || source.bufferedAmount > behindBytes) return false;
  source.send(JSON.stringify(news));
  return true;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the schema refuses it
  }
}
