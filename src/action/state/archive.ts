import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { z } from "zod";

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** Files by their path, with forward slashes. */
export type Files = Map<string, Uint8Array>;

const Packed = z.record(z.string().max(1_000), z.string());

/** Whatever is unpacked is no larger than this: an archive of ours never is. */
const mostUnpacked = 512 * 1024 ** 2;

export async function pack(files: Files): Promise<Buffer> {
  const text = JSON.stringify(
    Object.fromEntries(Array.from(files, ([path, content]) => [path, Buffer.from(content).toString("base64")])),
  );
  return zip(text, { level: 6 });
}

/** @throws when it is no archive of ours */
export async function unpack(archive: Uint8Array): Promise<Files> {
  const text = await unzip(archive, { maxOutputLength: mostUnpacked });
  const packed = Packed.parse(JSON.parse(text.toString("utf8")));
  return new Map(Object.entries(packed).map(([path, content]) => [path, Buffer.from(content, "base64")]));
}

/**
 * The plain files below a folder; links and other things are left out, as is what is larger than `mostBytes` each.
 * @param prefix put before each path
 */
export async function filesBelow(folder: string, prefix: string, mostBytes: number): Promise<Files> {
  const found: Files = new Map();
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  for (const entry of names) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if ((await stat(path)).size > mostBytes) continue;
    found.set(`${prefix}${relative(folder, path).split(sep).join("/")}`, await readFile(path));
  }
  return found;
}

/** Writes the files whose path begins with `prefix` below the folder, for this user alone. @throws for a path that leads out */
export async function writeBelow(folder: string, prefix: string, files: Files): Promise<void> {
  const top = resolve(folder);
  for (const [path, content] of files) {
    if (!path.startsWith(prefix)) continue;
    const place = resolve(top, path.slice(prefix.length));
    if (!place.startsWith(`${top}${sep}`)) throw new Error(`The archive has a file outside of its folder: ${path}`);
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await writeFile(place, content, { mode: 0o600 });
  }
}
