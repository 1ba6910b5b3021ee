import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** What people do in Slack, as Socket Mode tells of it. Each resolves when it was acknowledged. */
export type Pressing = {
  /** @returns the id of the press; with it the same press is told once more, as Slack does when nobody acknowledged it */
  press(of: { user: string; action: string; value: string; trigger?: string }): Promise<string>;
  submit(of: { user: string; view: string; values: readonly string[] }): Promise<void>;
  speak(of: { user: string; text: string; trigger?: string }): Promise<void>;
  /** Ends all connections, as Slack does every few hours. */
  drop(): void;
  connected(): number;
  /** Whether the trigger was given out and not used for a form yet. */
  takeTrigger(id: string): boolean;
  close(): void;
};

/** Slack's Socket Mode on the same server as its Web API (https://docs.slack.dev/apis/events-api/using-socket-mode). */
export function openPressing(
  server: Server,
  of: { origin: string; channel: string; views: { id: string; view: Record<string, unknown> }[] },
): Pressing & { address(): string } {
  const sockets = new WebSocketServer({ server, path: "/link" });
  const live = new Set<WebSocket>();
  const waiting = new Map<string, () => void>();
  const triggers = new Set<string>();
  let presses = 0;
  sockets.on("connection", (socket) => {
    live.add(socket);
    socket.on("close", () => live.delete(socket));
    socket.on("message", (data) => {
      const { envelope_id: id } = JSON.parse(String(data)) as { envelope_id: string };
      waiting.get(id)?.();
      waiting.delete(id);
    });
    socket.send(JSON.stringify({ type: "hello", num_connections: live.size, connection_info: { app_id: "A1" } }));
  });
  const send = (type: string, payload: object): Promise<void> => {
    const [socket] = live;
    if (socket === undefined) throw new Error("nobody is connected");
    const id = randomUUID();
    const acknowledged = new Promise<void>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ type, envelope_id: id, payload, accepts_response_payload: type !== "interactive" }));
    return acknowledged;
  };
  const newTrigger = () => {
    presses += 1;
    const trigger = `${presses}.1111.standin`;
    triggers.add(trigger);
    return trigger;
  };
  return {
    address: () => `ws://127.0.0.1:${(server.address() as AddressInfo).port}/link?ticket=${randomUUID()}`,
    async press({ user, action, value, trigger = newTrigger() }) {
      await send("interactive", {
        type: "block_actions",
        trigger_id: trigger,
        user: { id: user, username: "somebody", team_id: "T1" },
        channel: { id: of.channel, name: "work" },
        response_url: `${of.origin}/response/${user}`,
        actions: [{ type: "button", block_id: "cco", action_id: action, value, action_ts: "1.1" }],
      });
      return trigger;
    },
    submit({ user, view: id, values }) {
      const opened = of.views.find((one) => one.id === id);
      const state = Object.fromEntries(
        values.map((value, at) => [`q${at}`, { words: { type: "plain_text_input", value } }]),
      );
      const view = { ...opened?.view, id, state: { values: state } };
      return send("interactive", { type: "view_submission", user: { id: user }, trigger_id: newTrigger(), view });
    },
    speak({ user, text, trigger = newTrigger() }) {
      const response_url = `${of.origin}/response/${user}`;
      return send("slash_commands", { command: "/claude", text, user_id: user, trigger_id: trigger, response_url });
    },
    drop() {
      for (const socket of live) socket.close(1000);
    },
    connected: () => live.size,
    takeTrigger: (id) => triggers.delete(id),
    close() {
      for (const socket of live) socket.terminate();
      sockets.close();
    },
  };
}
