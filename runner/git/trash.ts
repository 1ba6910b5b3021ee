import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";

/**
 * Moves a folder out of the way at once (a rename costs the same for any size) and deletes it in a process of its own.
 *
 * @returns `deleted`, which ends when it is gone and never rejects; what is left then is {@link emptyTrash}'s
 */
export async function discard(home: string, folder: string): Promise<{ deleted: Promise<void> }> {
  const moved = await moveInto(join(home, "trash"), folder);
  return { deleted: deleteTree(moved) };
}

/** Moves a folder whose work could not be saved to where nothing deletes it, under its task's name. @returns where it is now */
export async function setAside(home: string, folder: string, task: string): Promise<string> {
  return await moveInto(join(home, "kept"), folder, task);
}

/** Deletes what an earlier process left in the trash. */
export async function emptyTrash(home: string): Promise<void> {
  const trash = join(home, "trash");
  await mkdir(trash, { recursive: true, mode: 0o700 });
  for (const name of await readdir(trash)) await deleteTree(join(trash, name));
}

async function moveInto(bin: string, folder: string, as: string = basename(folder)): Promise<string> {
  await mkdir(bin, { recursive: true, mode: 0o700 });
  const name = `${as}-${randomBytes(6).toString("hex")}`;
  try {
    await rename(folder, join(bin, name));
    return join(bin, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EXDEV")) throw error;
    // Another disk: only a neighbour can be reached by a rename.
    const neighbour = join(dirname(folder), `.removed-${name}`);
    await rename(folder, neighbour);
    return neighbour;
  }
}

async function deleteTree(path: string): Promise<void> {
  const remove = (): Promise<{ failed: boolean }> =>
    execa("rm", ["-rf", "--", path], { reject: false, stdio: "ignore", timeout: 1_800_000 });
  const first = await remove();
  if (!first.failed) return;
  // Folders without write permission keep their entries.
  await execa("chmod", ["-R", "u+rwX", "--", path], { reject: false, stdio: "ignore", timeout: 600_000 });
  await remove();
}
