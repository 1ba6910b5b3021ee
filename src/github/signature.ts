import { createHmac, timingSafeEqual } from "node:crypto";

const pattern = /^sha256=([0-9a-f]{64})$/i;

/**
 * Whether one of the secrets made the `X-Hub-Signature-256` header over exactly these bytes (S02).
 * During a rotation the old and the new secret are both good. `X-Hub-Signature` (SHA-1) is not looked at.
 */
export function isSignedBy(secrets: readonly string[], body: Buffer, header: string): boolean {
  const hex = pattern.exec(header)?.[1];
  if (hex === undefined) return false;
  const given = Buffer.from(hex, "hex");
  let good = false;
  // All of them each time: how long it takes tells nothing about which one fits.
  for (const secret of secrets) {
    if (timingSafeEqual(given, createHmac("sha256", secret).update(body).digest())) good = true;
  }
  return good;
}

/** Whether a header can be a signature at all; others need no body to be read. */
export function looksSigned(header: string | undefined): header is string {
  return header !== undefined && pattern.test(header);
}
