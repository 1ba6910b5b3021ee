import { createHash, randomUUID } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { readIfThere } from "./read-if-there.ts";
import { writeWhole } from "./write-whole.ts";

/** The registration is in use elsewhere, says the server; the message says what to do. */
export class RunnerInUseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RunnerInUseError";
  }
}

/**
 * Who uses this runner's registration: this folder on this machine, the same after every restart. A copy of the folder on
 * another machine, or elsewhere on this one, is somebody else.
 * @returns 32 hexadecimal digits
 */
export function holderOf(home: string): string {
  const path = join(home, "holder");
  if (!existsSync(path)) writeWhole(path, `${randomUUID()}\n`);
  const parts = [readIfThere(path), hostname(), readIfThere("/etc/machine-id"), realpathSync(home)];
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 32);
}
