import { createHmac } from "node:crypto";

/** The X-Hub-Signature-256 of a body. https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
export function signatureOf(secret: string, body: string | Buffer): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}
