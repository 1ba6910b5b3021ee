import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Request } from "express";
import type { SessionEnds } from "#operations/ports/session-ends.ts";
import { pageKeyHeader } from "#protocol/session.ts";
import { attributesFor, cookieName, cookieOf } from "./cookies.ts";

const day = 24 * 60 * 60_000;
/** Of a browser, and of a program that somebody signed in. */
const lifetimeMs = { browser: 7 * day, program: 30 * day };

/** Whose a session is: the operator's, or a person's by their login at GitHub. */
export type SignedIn = { kind: "operator" | "person"; name: string };
export type KnownSession = SignedIn & { expiresAt: string };

export type Sessions = {
  /** Signs the browser in that sent the request; `cookie` is for Set-Cookie. */
  open(request: Request, who: SignedIn): { cookie: string; session: KnownSession & { pageKey: string } };
  /** Signs a program in: the token that it is to send. */
  openToken(who: SignedIn): { token: string; session: KnownSession };
  /** The session of the request: its cookie and its page key belong together and are neither old nor ended. */
  of(request: Request): KnownSession | null;
  /** The session that such a token is for. */
  ofToken(token: string): KnownSession | null;
  /** Ends the request's session, if it has one; the cookie that is returned clears the browser's. */
  close(request: Request): string;
  closeToken(token: string): void;
  /** Ends every session of theirs, in all browsers and programs. */
  closeAll(who: SignedIn): void;
  /** Told after a session was ended. */
  onEnd(hear: () => void): void;
};

const tokenPrefix = "ccos.";
type Purpose = "cookie" | "page" | "token";
type Content = { content: string; id: string; expiresAt: number; beganAt: number; who: SignedIn };

/**
 * Sessions of browsers, and of programs that people signed in. Nothing of them is stored: each carries its own end and
 * a signature, so that people stay signed in while the server restarts, and a new secret ends every session. Only those
 * that were ended before their time are written down.
 * @param of.secret what sessions are signed with; a key is derived from it
 * @param of.publicUrl where people reach the server: cookies are kept to TLS where that is TLS
 * @param of.clock milliseconds since 1970
 */
export function openSessions(of: {
  secret: string;
  clock: () => number;
  ends: SessionEnds;
  publicUrl: string | null;
}): Sessions {
  const { clock, ends, publicUrl } = of;
  const key = createHmac("sha256", of.secret).update("cc-orchestrator sessions of browsers").digest();
  const listening: (() => void)[] = [];
  const sign = (purpose: Purpose, content: string) =>
    createHmac("sha256", key).update(`${purpose}:${content}`).digest("base64url");
  const toldEnd = () => {
    for (const hear of listening) hear();
  };

  const begin = ({ kind, name }: SignedIn, lasts: number): Content => {
    const beganAt = clock();
    const id = randomBytes(16).toString("base64url");
    const content = `${beganAt}.${beganAt + lasts}.${id}.${kind}.${Buffer.from(name).toString("base64url")}`;
    return { content, id, beganAt, expiresAt: beganAt + lasts, who: { kind, name } };
  };
  const read = (purpose: "cookie" | "token", value: string): Content | null => {
    const found = /^((\d{13})\.(\d{13})\.([\w-]{22})\.(operator|person)\.([\w-]{1,150}))\.([\w-]{43})$/.exec(value);
    const [, content = "", began = "", expires = "", id = "", kind = "", name = "", signature = ""] = found ?? [];
    if (found === null || !isSame(signature, sign(purpose, content))) return null;
    const who = { kind: kind as SignedIn["kind"], name: Buffer.from(name, "base64url").toString() };
    const [beganAt, expiresAt] = [Number(began), Number(expires)];
    if (expiresAt <= clock() || ends.isEnded(id) || beganAt <= ends.endedAt(nameOfAll(who))) return null;
    return { content, id, beganAt, expiresAt, who };
  };
  const ofCookie = (request: Request) => read("cookie", cookieOf(request, cookieName(request, "session")) ?? "");
  const readToken = (token: string) =>
    token.startsWith(tokenPrefix) ? read("token", token.slice(tokenPrefix.length)) : null;
  const end = (session: Content | null) => {
    if (session === null) return;
    ends.end(session.id, session.expiresAt);
    toldEnd();
  };

  return {
    open(request, who) {
      const session = begin(who, lifetimeMs.browser);
      const value = `${session.content}.${sign("cookie", session.content)}`;
      const attributes = attributesFor(request, publicUrl, "Strict");
      return {
        cookie: `${cookieName(request, "session")}=${value}; Max-Age=${lifetimeMs.browser / 1_000}; Path=/${attributes}`,
        session: { ...shown(session), pageKey: sign("page", session.content) },
      };
    },
    openToken(who) {
      const session = begin(who, lifetimeMs.program);
      return { token: `${tokenPrefix}${session.content}.${sign("token", session.content)}`, session: shown(session) };
    },
    of(request) {
      const session = ofCookie(request);
      if (session === null || !isSame(request.get(pageKeyHeader) ?? "", sign("page", session.content))) return null;
      return shown(session);
    },
    ofToken(token) {
      const session = readToken(token);
      return session && shown(session);
    },
    close(request) {
      end(ofCookie(request));
      return `${cookieName(request, "session")}=; Max-Age=0; Path=/${attributesFor(request, publicUrl, "Strict")}`;
    },
    closeToken: (token) => end(readToken(token)),
    closeAll(who) {
      ends.endAll(nameOfAll(who), clock());
      toldEnd();
    },
    onEnd: (hear) => {
      listening.push(hear);
    },
  };
}

function shown({ who, expiresAt }: Content): KnownSession {
  return { ...who, expiresAt: new Date(expiresAt).toISOString() };
}

/** Logins know no upper and lower case. */
function nameOfAll({ kind, name }: SignedIn): string {
  return `${kind} ${name.toLowerCase()}`;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
