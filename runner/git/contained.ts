import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { lstat, mkdir, open, realpath, rename, rm } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";

/** A path led out of the folder that it had to stay in. */
export class EscapeError extends Error {
  constructor(folder: string, path: string) {
    super(`${JSON.stringify(path).slice(0, 300)} leads out of ${folder}`);
    this.name = "EscapeError";
  }
}

/** The absolute path of `path` below `folder`, by its words alone. @throws EscapeError */
export function below(folder: string, path: string): string {
  const full = resolve(folder, path);
  const way = relative(folder, full);
  if (way === "" || way === ".." || way.startsWith(`..${sep}`)) throw new EscapeError(folder, path);
  return full;
}

/**
 * What lies at a path without following any link on the way: `beyond` when one of its folders is a link or no folder.
 */
export async function kindOf(
  folder: string,
  path: string,
): Promise<"file" | "executable" | "link" | "folder" | "other" | "missing" | "beyond"> {
  const parts = relative(folder, below(folder, path)).split(sep);
  let at = folder;
  for (const [index, part] of parts.entries()) {
    at = join(at, part);
    const found = await lookAt(at);
    if (found === null) return "missing";
    if (index < parts.length - 1) {
      if (!found.isDirectory()) return "beyond";
      continue;
    }
    if (found.isSymbolicLink()) return "link";
    if (found.isDirectory()) return "folder";
    if (!found.isFile()) return "other";
    return (found.mode & 0o100) === 0 ? "file" : "executable";
  }
  return "missing";
}

/**
 * Makes the folders that `path` needs below `folder`, refusing any that is a link.
 *
 * @returns the absolute path
 * @throws EscapeError
 */
export async function makeWayTo(folder: string, path: string): Promise<string> {
  const full = below(folder, path);
  const root = await realpath(folder);
  let at = folder;
  for (const part of relative(folder, dirname(full)).split(sep).filter(Boolean)) {
    at = join(at, part);
    await mkdir(at).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
    const found = await lookAt(at);
    if (found === null || !found.isDirectory()) throw new EscapeError(folder, path);
  }
  const real = await realpath(dirname(full));
  if (real !== root && !real.startsWith(root + sep)) throw new EscapeError(folder, path);
  return full;
}

/** Removes whatever stands in the way of a path's folders below `folder`: a link or a file in a folder's place. */
export async function clearWayTo(folder: string, path: string): Promise<void> {
  let at = folder;
  for (const part of relative(folder, dirname(below(folder, path)))
    .split(sep)
    .filter(Boolean)) {
    at = join(at, part);
    const found = await lookAt(at);
    if (found === null) return;
    if (!found.isDirectory()) return await rm(at);
  }
}

/**
 * Writes a file below a folder that somebody else may write to: into a draft opened with `O_EXCL | O_NOFOLLOW`, then
 * renamed over the target, so that a link in the target's place is replaced and never followed.
 *
 * @throws EscapeError when a folder on the way is a link
 */
export async function writeContained(folder: string, path: string, content: string | Uint8Array): Promise<void> {
  const full = await makeWayTo(folder, path);
  const draft = `${full}.${randomBytes(6).toString("hex")}.draft`;
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const file = await open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
  await rename(draft, full).catch(async (error: unknown) => {
    await rm(draft, { force: true });
    throw error;
  });
}

/** Reads a small file without following a link; null when it is missing, a link, no file or larger than `maxBytes`. */
export async function readContained(folder: string, path: string, maxBytes: number): Promise<string | null> {
  const kind = await kindOf(folder, path);
  if (kind !== "file" && kind !== "executable") return null;
  // Non-blocking, so that a named pipe put there in between cannot hold us.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(below(folder, path), flags).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ELOOP")) return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const size = (await file.stat()).size;
    if (size > maxBytes) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await file.close();
  }
}

async function lookAt(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
    throw error;
  }
}
