import { isIP } from "node:net";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { problems, sendProblem } from "./problems.ts";

/**
 * Refuses every request for a host name that is not ours, so that a name which somebody else points at us
 * gives no web page access (DNS rebinding). An address as the host passes: a page that was loaded by address came from
 * that address, so there is nothing to rebind, and runners in the same network often have no name for the server.
 * @param allowed host names without port, as `localhost`, `[::1]`, `cco.example.com`
 */
export function onlyHosts(allowed: readonly string[]): RequestHandler {
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  return (request, response, next) => {
    const host = request.headers.host ?? "";
    const name = hostNameOf(host);
    if (name !== null && (names.has(name) || isAddress(name))) next();
    else sendProblem(response, problems.wrongHost(host.slice(0, 255)));
  };
}

/**
 * Refuses what a page of another origin sends. Programs send neither header; browsers send at least one
 * with every state change (https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site).
 */
export function onlySameOrigin(request: Request, response: Response, next: NextFunction): void {
  const { origin, host } = request.headers;
  const site = request.headers["sec-fetch-site"];
  const isOwnSite = site === undefined || site === "same-origin" || site === "none";
  const isOwnOrigin = origin === undefined || isOriginOf(origin, host);
  if (isOwnSite && isOwnOrigin) next();
  else sendProblem(response, problems.crossOrigin());
}

function hostNameOf(host: string): string | null {
  // Anything that could make the URL parser see another host than the one that was sent.
  if (!/^[a-z0-9._-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i.test(host)) return null;
  return host.replace(/:\d{1,5}$/, "").toLowerCase();
}

function isAddress(name: string): boolean {
  return isIP(name.replace(/^\[|\]$/g, "")) !== 0;
}

/** By host and port only: behind a proxy that ends TLS, the scheme is not ours to know. */
function isOriginOf(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === withoutDefaultPort(host?.toLowerCase() ?? "", origin);
}

function withoutDefaultPort(host: string, origin: string): string {
  return host.replace(origin.startsWith("https:") ? /:443$/ : /:80$/, "");
}
