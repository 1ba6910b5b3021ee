import { type ReadonlySignal, signal } from "@preact/signals";
import { type OpenedSession, pageKeyHeader, type Session, sessionPath } from "#protocol/session.ts";
import { RefusedError, send } from "../api/call.ts";

/**
 * Whether this browser is signed in.
 *
 *   asking ──► in ──► out (ended, or left)
 *      └─────► out (never was, or the token was wrong) ──► in
 *      └─────► unreachable ──► asking
 */
export type SessionState =
  | { kind: "asking" }
  | { kind: "in"; name: string; pageKey: string }
  | { kind: "out"; why: "never" | "wrong_token" | "ended" | "left" }
  | { kind: "unreachable" };

export type SessionStore = {
  state: ReadonlySignal<SessionState>;
  /** Signs in with the token of the address, or goes on with the session that this browser has. */
  start(): Promise<void>;
  signIn(token: string): Promise<void>;
  signOut(): Promise<void>;
  /** The server no longer knows the session. */
  end(): void;
};

/** What of the browser the session needs. */
export type SessionPlace = {
  /** Gives the token of the address, at most once: it is taken out of the address bar and the history. */
  takeToken(): string | null;
  keep(pageKey: string | null): void;
  kept(): string | null;
};

export function openSessionStore(place: SessionPlace): SessionStore {
  const state = signal<SessionState>({ kind: "asking" });

  const signIn = async (token: string) => {
    state.value = { kind: "asking" };
    try {
      const opened = (await send(sessionPath, "POST", { authorization: `Bearer ${token}` }, {})) as OpenedSession;
      place.keep(opened.pageKey);
      state.value = { kind: "in", name: opened.name, pageKey: opened.pageKey };
    } catch (error) {
      state.value = error instanceof RefusedError ? { kind: "out", why: "wrong_token" } : { kind: "unreachable" };
    }
  };

  return {
    state,
    signIn,
    start: async () => {
      const token = place.takeToken();
      if (token !== null) return signIn(token);
      const pageKey = place.kept();
      if (pageKey === null) {
        state.value = { kind: "out", why: "never" };
        return;
      }
      state.value = { kind: "asking" };
      try {
        const { name } = (await send(sessionPath, "GET", { [pageKeyHeader]: pageKey }, null)) as Session;
        state.value = { kind: "in", name, pageKey };
      } catch (error) {
        state.value = error instanceof RefusedError ? { kind: "out", why: "ended" } : { kind: "unreachable" };
      }
    },
    signOut: async () => {
      const current = state.value;
      if (current.kind !== "in") return;
      place.keep(null);
      state.value = { kind: "out", why: "left" };
      // The page has let go of its key: a server that is away cannot be told, and need not be.
      await send(sessionPath, "DELETE", { [pageKeyHeader]: current.pageKey }, null).catch(() => undefined);
    },
    end: () => {
      place.keep(null);
      state.value = { kind: "out", why: "ended" };
    },
  };
}

const keyName = "cc-orchestrator.page-key";

/** The browser that this page is in. */
export function browserPlace(): SessionPlace {
  return {
    takeToken: () => {
      const token = new URLSearchParams(location.hash.slice(1)).get("token");
      if (token !== null) history.replaceState(null, "", `${location.pathname}${location.search}`);
      return token === "" ? null : token;
    },
    keep: (pageKey) => (pageKey === null ? localStorage.removeItem(keyName) : localStorage.setItem(keyName, pageKey)),
    kept: () => localStorage.getItem(keyName),
  };
}
