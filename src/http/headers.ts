import type { NextFunction, Request, Response } from "express";

const everywhere = {
  "content-security-policy":
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** What browsers may do with anything that we answer: no foreign scripts, no frames, no guessing of types. */
export function secured(_request: Request, response: Response, next: NextFunction): void {
  response.set(everywhere);
  next();
}

/** For answers that hold facts of the moment. */
export function uncached(_request: Request, response: Response, next: NextFunction): void {
  response.set("cache-control", "no-store");
  next();
}
