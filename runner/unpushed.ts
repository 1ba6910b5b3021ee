import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readIfThere } from "./read-if-there.ts";
import { writeWhole } from "./write-whole.ts";

/** Work that lies saved in the mirror and is to go to the remote as well, once both can be reached. */
export const Unpushed = z.object({
  task: z.string(),
  runId: z.int(),
  epoch: z.int(),
  repository: z.string(),
  cloneUrl: z.string(),
  ref: z.string(),
  baseSha: z.string(),
});
export type Unpushed = z.infer<typeof Unpushed>;

/** Writes it down; the runner may be gone before the remote is back. */
export function noteUnpushed(home: string, work: Unpushed): void {
  mkdirSync(folderOf(home), { recursive: true, mode: 0o700 });
  writeWhole(fileOf(home, work), JSON.stringify(work));
}

export function unpushedIn(home: string): Unpushed[] {
  mkdirSync(folderOf(home), { recursive: true, mode: 0o700 });
  const names = readdirSync(folderOf(home)).filter((name) => name.endsWith(".json"));
  return names.flatMap((name) => {
    const text = readIfThere(join(folderOf(home), name));
    const work = text === null ? null : Unpushed.safeParse(JSON.parse(text));
    return work?.success ? [work.data] : [];
  });
}

export function forgetUnpushed(home: string, work: Unpushed): void {
  rmSync(fileOf(home, work), { force: true });
}

function folderOf(home: string): string {
  return join(home, "unpushed");
}

function fileOf(home: string, { task, runId, epoch }: Unpushed): string {
  return join(folderOf(home), `${task}-${runId}-${epoch}.json`);
}
