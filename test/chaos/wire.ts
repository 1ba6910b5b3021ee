import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * A wire between a runner and the control plane that can fail as networks do.
 * `cut`: connections end and none is made; `half-open`: they stay and carry nothing; `one-way`: requests arrive and
 * answers are lost; a number: every piece is so many milliseconds late.
 */
export type WireMode = "open" | "cut" | "half-open" | "one-way" | number;

export type Wire = {
  readonly url: string;
  set(mode: WireMode): void;
  /** Resets every connection there is. */
  reset(): void;
  close(): Promise<void>;
};

type Pair = { from: Socket; to: Socket };

/** @param target the URL behind the wire */
export async function openWire(target: string): Promise<Wire> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<Pair>();
  let mode: WireMode = "open";

  const lateMs = () => (typeof mode === "number" ? mode : 0);
  function carry(from: Socket, to: Socket, isAnswer: boolean): void {
    from.on("data", (piece: Buffer) => {
      if (mode === "half-open" || (mode === "one-way" && isAnswer)) return;
      if (typeof mode === "number") setTimeout(() => to.writable && to.write(piece), mode);
      else if (!to.write(piece)) {
        from.pause();
        to.once("drain", () => from.resume());
      }
    });
    from.on("end", () => setTimeout(() => to.end(), lateMs()));
  }
  const server = createServer({ allowHalfOpen: true }, (from) => {
    if (mode === "cut") return void from.destroy();
    const pair = { from, to: connect({ port: Number(port), host: hostname, allowHalfOpen: true }) };
    pairs.add(pair);
    for (const [socket, other] of [
      [pair.from, pair.to],
      [pair.to, pair.from],
    ] as const) {
      socket.on("error", () => socket.destroy());
      socket.once("close", (isBroken: boolean) => {
        if (socket.destroyed && other.destroyed) pairs.delete(pair);
        // What it said before it went is still on its way.
        if (isBroken) other.destroy();
        else setTimeout(() => other.end(), lateMs());
      });
    }
    carry(pair.from, pair.to, false);
    carry(pair.to, pair.from, true);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endAll = (end: (socket: Socket) => void) => {
    for (const { from, to } of [...pairs]) for (const socket of [from, to]) end(socket);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set(next) {
      // What was swallowed is gone: a connection that carried nothing for a while cannot go on where it was.
      const wasBroken = mode === "half-open" || mode === "one-way";
      mode = next;
      if (next === "cut" || wasBroken) endAll((socket) => socket.destroy());
    },
    reset: () => endAll((socket) => socket.resetAndDestroy()),
    async close() {
      endAll((socket) => socket.destroy());
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
