/** What travels between jobs lies where everybody who reads the repository can fetch it, so it is encrypted. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

/** Marks the format, so that another one is refused by its name and not by noise. */
const format = Buffer.from("CCO1");
const nonceBytes = 12;
const tagBytes = 16;

/** The key does not fit, or somebody has changed the bytes. */
export class UnsealError extends Error {
  constructor() {
    super("It was sealed with another key, or changed since.");
    this.name = "UnsealError";
  }
}

/** Keys of one repository, derived from a secret that the jobs of its workflow share. */
export type Keys = {
  /** AES-256-GCM; `name` is what it is sealed as, so that one thing cannot be put in another's place. */
  seal(content: Uint8Array, name: string): Buffer;
  /** @throws UnsealError */
  unseal(sealed: Uint8Array, name: string): Buffer;
  /** A key of text for the markers in our comments: the same in every job. */
  markerKey: string;
};

/** @param secret such as the model's key: whoever has it may spend it, and so may read what was paid with it */
export function openKeys(secret: string, repositoryId: number): Keys {
  const derive = (use: string) =>
    Buffer.from(hkdfSync("sha256", secret, `repository ${repositoryId}`, `cc-orchestrator ${use}`, 32));
  const key = derive("state");
  return {
    seal(content, name) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      cipher.setAAD(Buffer.from(name));
      const body = Buffer.concat([cipher.update(content), cipher.final()]);
      return Buffer.concat([format, nonce, cipher.getAuthTag(), body]);
    },
    unseal(sealed, name) {
      const bytes = Buffer.from(sealed);
      const start = format.length + nonceBytes + tagBytes;
      if (bytes.length < start || !bytes.subarray(0, format.length).equals(format)) throw new UnsealError();
      const nonce = bytes.subarray(format.length, format.length + nonceBytes);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(name));
      decipher.setAuthTag(bytes.subarray(format.length + nonceBytes, start));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()]);
      } catch {
        // Node says no more than that it does not fit.
        throw new UnsealError();
      }
    },
    markerKey: derive("markers").toString("base64url"),
  };
}

/** A name for a job that tells nobody more than it has to. */
export function nameOfEntry(of: { at: number; id: string }): string {
  const digest = createHmac("sha256", "entry").update(of.id).digest("hex").slice(0, 16);
  return `${String(of.at).padStart(15, "0")}-${digest}`;
}
