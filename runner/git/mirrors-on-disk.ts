import { existsSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "#runner/names-in.ts";
import { type Mirror, openMirror } from "./mirror.ts";

/** A mirror as it lies on disk: `mirrors/<host>/<owner>/<name>.git` below a runner's folder. */
export type MirrorOnDisk = { path: string; repository: string; host: string };

export async function mirrorsIn(home: string): Promise<MirrorOnDisk[]> {
  const root = join(home, "mirrors");
  const found: MirrorOnDisk[] = [];
  for (const host of await namesIn(root)) {
    for (const owner of await namesIn(join(root, host))) {
      for (const name of await namesIn(join(root, host, owner))) {
        const path = join(root, host, owner, name);
        if (!name.endsWith(".git") || !existsSync(join(path, "HEAD"))) continue;
        found.push({ path, host, repository: `${owner}/${name.slice(0, -".git".length)}` });
      }
    }
  }
  return found;
}

/**
 * The mirror, for what needs no remote: where it is fetched from is known only by its host.
 * @returns null where its folder is none that we would have made
 */
export function mirrorOnDisk(home: string, of: MirrorOnDisk): Mirror | null {
  const url = `https://${of.host}/${of.repository}.git`;
  if (!URL.canParse(url)) return null;
  const mirror = openMirror({ home, repository: of.repository, url });
  return mirror.path === of.path ? mirror : null;
}
