import { randomBytes } from "node:crypto";
import { watch } from "node:fs";
import { link, readFile, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isAlive, ownIdentity, type ProcessIdentity } from "./process-identity.ts";

/**
 * A lock between processes, made of one file that names its owner.
 *
 *   take:   write a draft, link(draft, lock): the link fails when the lock exists
 *   wait:   the folder is watched; now and then the owner is looked at, for the dead do not write
 *   bury:   link(lock, lock.<its token>): whoever makes that link may remove the dead owner's lock, nobody else may
 */
type Owner = ProcessIdentity & { token: string };

/** Somebody alive held the lock for longer than the caller would wait. */
export class LockHeldError extends Error {
  constructor(path: string, owner: Owner | null) {
    super(`${path} is held by process ${owner?.pid ?? "unknown"}`);
    this.name = "LockHeldError";
  }
}

const buriedWithinMs = 5_000;

/**
 * Runs `work` while holding the lock at `path`.
 *
 * @param patienceMs how long to wait for a living owner
 * @throws LockHeldError after that
 */
export async function withLock<T>(path: string, patienceMs: number, work: () => Promise<T>): Promise<T> {
  const token = await take(path, patienceMs);
  try {
    return await work();
  } finally {
    await release(path, token);
  }
}

async function take(path: string, patienceMs: number): Promise<string> {
  const token = randomBytes(9).toString("hex");
  const draft = `${path}.draft-${token}`;
  await writeFile(draft, JSON.stringify({ ...ownIdentity(), token } satisfies Owner), { flag: "wx", mode: 0o600 });
  const deadline = performance.now() + patienceMs;
  try {
    while (!(await linked(draft, path))) {
      const owner = await ownerOf(path);
      if (owner !== null && !isAlive(owner)) await bury(path, owner);
      else if (performance.now() > deadline) throw new LockHeldError(path, owner);
      else await changeNear(path, Math.min(500, Math.max(1, deadline - performance.now())));
    }
    return token;
  } finally {
    await unlink(draft);
  }
}

async function release(path: string, token: string): Promise<void> {
  const owner = await ownerOf(path);
  if (owner?.token === token) await unlink(path);
}

async function bury(path: string, dead: Owner): Promise<void> {
  const grave = `${path}.${dead.token}`;
  if (await linked(path, grave)) {
    // Between our look and our link the lock may have passed on to somebody alive; then there is nothing to bury.
    const buried = await readOwner(grave);
    if (buried?.token === dead.token) await rm(path, { force: true });
    await rm(grave, { force: true });
    return;
  }
  const age = Date.now() - (await ageMark(grave));
  if (age > buriedWithinMs) await rm(grave, { force: true });
  else await changeNear(path, 50);
}

async function ageMark(path: string): Promise<number> {
  try {
    return (await stat(path)).ctimeMs;
  } catch (error) {
    if (isMissing(error)) return Date.now();
    throw error;
  }
}

async function ownerOf(path: string): Promise<Owner | null> {
  return await readOwner(path);
}

async function readOwner(path: string): Promise<Owner | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    return isOwner(value) ? value : await setAside(path);
  } catch (error) {
    if (isMissing(error)) return null;
    if (error instanceof SyntaxError) return await setAside(path);
    throw error;
  }
}

/** A lock file that names nobody (a power cut may leave it empty) can be nobody's. */
async function setAside(path: string): Promise<null> {
  const aside = `${path}.unreadable-${randomBytes(6).toString("hex")}`;
  try {
    await rename(path, aside);
    await rm(aside, { force: true });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return null;
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "EEXIST" || error.code === "ENOENT")) return false;
    throw error;
  }
}

/** Resolves when something changes in the lock's folder, or after `withinMs`. */
function changeNear(path: string, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(dirname(path), { persistent: false });
    const timer = setTimeout(done, withinMs);
    function done(): void {
      clearTimeout(timer);
      watcher.close();
      resolve();
    }
    watcher.once("change", done);
    watcher.once("error", done);
  });
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== "object" || value === null) return false;
  const owner = value as Partial<Owner>;
  return typeof owner.pid === "number" && typeof owner.started === "string" && typeof owner.token === "string";
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
