import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Request } from "express";
import { type OpenedSession, pageKeyHeader, type Session } from "#protocol/session.ts";

const lifetimeMs = 7 * 24 * 60 * 60_000;
const clearedCookies = 1_000;

export type Sessions = {
  /** Signs the browser in that sent the request; `cookie` is for Set-Cookie. */
  open(request: Request, name: string): { cookie: string; session: OpenedSession };
  /** The session of the request: its cookie and its page key belong together and are neither old nor ended. */
  of(request: Request): Session | null;
  /** Ends the request's session, if it has one; the cookie that is returned clears the browser's. */
  close(request: Request): string;
};

/**
 * Sessions of browsers. Nothing is stored: the cookie carries its own end and a signature, so people stay signed in
 * while the server restarts, and a new secret ends every session. What was signed out is remembered until the restart.
 * @param secret what sessions are signed with; a key is derived from it
 * @param clock milliseconds since 1970
 */
export function openSessions({ secret, clock }: { secret: string; clock: () => number }): Sessions {
  const key = createHmac("sha256", secret).update("cc-orchestrator sessions of browsers").digest();
  const ended = new Set<string>();
  const sign = (purpose: "cookie" | "page", content: string) =>
    createHmac("sha256", key).update(`${purpose}:${content}`).digest("base64url");

  const read = (request: Request): { content: string; expiresAt: number; name: string } | null => {
    const value = cookieOf(request, cookieName(request)) ?? "";
    const found = /^((\d{13})\.[\w-]{22}\.([\w-]{1,100}))\.([\w-]{43})$/.exec(value);
    const [, content = "", expires = "", name = "", signature = ""] = found ?? [];
    if (found === null || !isSame(signature, sign("cookie", content))) return null;
    if (Number(expires) <= clock() || ended.has(content)) return null;
    return { content, expiresAt: Number(expires), name: Buffer.from(name, "base64url").toString() };
  };

  return {
    open: (request, name) => {
      const expiresAt = clock() + lifetimeMs;
      const nonce = randomBytes(16).toString("base64url");
      const content = `${expiresAt}.${nonce}.${Buffer.from(name).toString("base64url")}`;
      const value = `${content}.${sign("cookie", content)}`;
      return {
        cookie: `${cookieName(request)}=${value}; Max-Age=${lifetimeMs / 1_000}${attributesOf(request)}`,
        session: { name, expiresAt: new Date(expiresAt).toISOString(), pageKey: sign("page", content) },
      };
    },
    of: (request) => {
      const session = read(request);
      if (session === null || !isSame(request.get(pageKeyHeader) ?? "", sign("page", session.content))) return null;
      return { name: session.name, expiresAt: new Date(session.expiresAt).toISOString() };
    },
    close: (request) => {
      const session = read(request);
      if (session !== null) ended.add(session.content);
      for (const oldest of ended) if (ended.size > clearedCookies) ended.delete(oldest);
      return `${cookieName(request)}=; Max-Age=0${attributesOf(request)}`;
    },
  };
}

/** Browsers keep one jar for all ports of a host, so that two servers on one machine need two names. */
function cookieName(request: Request): string {
  return `cc_orchestrator_${/:(\d{1,5})$/.exec(request.headers.host ?? "")?.[1] ?? "session"}`;
}

/** Behind a proxy that ends TLS only the page's origin tells that the way is safe. */
function attributesOf(request: Request): string {
  const isEncrypted = request.headers.origin?.startsWith("https:") ?? false;
  return `; Path=/; HttpOnly; SameSite=Strict${isEncrypted ? "; Secure" : ""}`;
}

function cookieOf(request: Request, name: string): string | null {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
