import { type ReadonlySignal, signal } from "@preact/signals";
import {
  type OpenedSession,
  pageKeyFragment,
  pageKeyHeader,
  type Session,
  type SignInTrouble,
  sessionPath,
  signInFragment,
} from "#protocol/session.ts";
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
  | { kind: "in"; name: string; pageKey: string; isAdmin: boolean }
  | { kind: "out"; why: "never" | "wrong_token" | "ended" | "left" | `github_${SignInTrouble}` }
  | { kind: "unreachable" };

export type SessionStore = {
  state: ReadonlySignal<SessionState>;
  /** Signs in with the token of the address, or goes on with the session that this browser has. */
  start(): Promise<void>;
  signIn(token: string): Promise<void>;
  /** @param everywhere in all of this person's browsers and programs */
  signOut(everywhere?: boolean): Promise<void>;
  /** The server no longer knows the session. */
  end(): void;
};

/** What somebody comes with: the operator's token, or from GitHub with the key of a session or without one. */
export type Brought = { token: string } | { pageKey: string } | { trouble: SignInTrouble };

/** What of the browser the session needs. */
export type SessionPlace = {
  /** Gives what the address's fragment holds, at most once: it is taken out of the address bar and the history. */
  take(): Brought | null;
  keep(pageKey: string | null): void;
  kept(): string | null;
};

export function openSessionStore(place: SessionPlace): SessionStore {
  const state = signal<SessionState>({ kind: "asking" });
  /** A token that the server could not be asked about: nobody has to bring it twice. */
  let unheard: string | null = null;

  const signIn = async (token: string) => {
    state.value = { kind: "asking" };
    try {
      const opened = (await send(sessionPath, "POST", { authorization: `Bearer ${token}` }, {})) as OpenedSession;
      unheard = null;
      place.keep(opened.pageKey);
      state.value = { kind: "in", name: opened.name, pageKey: opened.pageKey, isAdmin: opened.isAdmin };
    } catch (error) {
      const isHeard = error instanceof RefusedError;
      unheard = isHeard ? null : token;
      state.value = isHeard ? { kind: "out", why: "wrong_token" } : { kind: "unreachable" };
    }
  };

  return {
    state,
    signIn,
    start: async () => {
      const brought = place.take() ?? (unheard === null ? null : { token: unheard });
      if (brought !== null && "token" in brought) return signIn(brought.token);
      if (brought !== null && "trouble" in brought) {
        state.value = { kind: "out", why: `github_${brought.trouble}` };
        return;
      }
      const pageKey = brought?.pageKey ?? place.kept();
      if (pageKey === null) {
        state.value = { kind: "out", why: "never" };
        return;
      }
      state.value = { kind: "asking" };
      try {
        const { name, isAdmin } = (await send(sessionPath, "GET", { [pageKeyHeader]: pageKey }, null)) as Session;
        place.keep(pageKey);
        state.value = { kind: "in", name, pageKey, isAdmin };
      } catch (error) {
        state.value = error instanceof RefusedError ? { kind: "out", why: "ended" } : { kind: "unreachable" };
      }
    },
    signOut: async (everywhere = false) => {
      const current = state.value;
      if (current.kind !== "in") return;
      place.keep(null);
      state.value = { kind: "out", why: "left" };
      // The page has let go of its key: a server that is away cannot be told, and need not be.
      const address = everywhere ? `${sessionPath}?everywhere=1` : sessionPath;
      await send(address, "DELETE", { [pageKeyHeader]: current.pageKey }, null).catch(() => undefined);
    },
    end: () => {
      place.keep(null);
      state.value = { kind: "out", why: "ended" };
    },
  };
}

const troubles = ["refused", "cancelled", "expired", "unreachable", "unavailable"] as const satisfies SignInTrouble[];
const keyName = "cc-orchestrator.page-key";

/** The browser that this page is in. */
export function browserPlace(): SessionPlace {
  return {
    take: () => {
      const fragment = new URLSearchParams(location.hash.slice(1));
      const [token, pageKey, trouble] = ["token", pageKeyFragment, signInFragment].map(
        (key) => fragment.get(key) || null,
      );
      if ([token, pageKey, trouble].every((one) => one == null)) return null;
      history.replaceState(null, "", `${location.pathname}${location.search}`);
      if (token != null) return { token };
      if (pageKey != null) return { pageKey };
      return { trouble: troubles.find((one) => one === trouble) ?? "expired" };
    },
    keep: (pageKey) => (pageKey === null ? localStorage.removeItem(keyName) : localStorage.setItem(keyName, pageKey)),
    kept: () => localStorage.getItem(keyName),
  };
}
