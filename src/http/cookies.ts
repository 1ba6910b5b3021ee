import type { Request } from "express";

/** Browsers keep one jar for all ports of a host, so that two servers on one machine need two names. */
export function cookieName(request: Request, what: "session" | "sign_in"): string {
  const port = /:(\d{1,5})$/.exec(request.headers.host ?? "")?.[1];
  return what === "session" ? `cc_orchestrator_${port ?? "session"}` : `cc_orchestrator_sign_in_${port ?? "https"}`;
}

/** Behind a proxy that ends TLS only the page's origin, or the address that people use, tells that the way is safe. */
export function attributesFor(request: Request, publicUrl: string | null, site: "Strict" | "Lax"): string {
  const isPublic = publicUrl !== null && new URL(publicUrl).host === request.headers.host;
  const address = request.headers.origin ?? (isPublic ? publicUrl : "");
  return `; HttpOnly; SameSite=${site}${address.startsWith("https:") ? "; Secure" : ""}`;
}

export function cookieOf(request: Request, name: string): string | null {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}
