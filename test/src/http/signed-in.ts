import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openSessions } from "#http/session.ts";
import { type Client, openClient } from "#protocol/client.ts";
import type { World } from "#test/world/world.ts";
import { endsInMemory } from "./session-ends.ts";

/** The token of a program that this person has signed in. */
export function tokenOf(world: Pick<World, "folder">, login: string): string {
  const secret = readFileSync(join(world.folder, "server", "operator.token"), "utf8").trim();
  const sessions = openSessions({ secret, clock: Date.now, ends: endsInMemory(), publicUrl: null });
  return sessions.openToken({ kind: "person", name: login }).token;
}

/** Calls the control plane as somebody who is signed in with GitHub. */
export function clientOf(world: Pick<World, "folder" | "server">, login: string): Client {
  return openClient(world.server.url, tokenOf(world, login));
}
