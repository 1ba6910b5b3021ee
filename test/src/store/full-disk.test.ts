import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { aFolder } from "./facts.ts";

const filler = fileURLToPath(new URL("./filler.ts", import.meta.url));
const canMount = spawnSync("unshare", ["-Urm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

// A small disk of our own needs user namespaces, which some machines do not give.
it.skipIf(!canMount)(
  "a full disk refuses writes, loses none of before, and takes them again when there is room (F27)",
  () => {
    const folder = join(aFolder(), "disk");
    mkdirSync(folder);
    const script = 'mount -t tmpfs -o size=6m tmpfs "$1" && exec "$2" "$3" "$1"';
    const args = ["-Urm", "sh", "-c", script, "sh", folder, process.execPath, filler];
    const answer = JSON.parse(execFileSync("unshare", args, { encoding: "utf8", timeout: 20_000 }));
    const full = [507, "disk_full"];
    expect(answer).toMatchObject({ full: [full, full], afterwards: null, lost: [] });
    expect(answer.stored).toBeGreaterThan(50);
    expect(answer.whileFull).toContain("ENOSPC");
    expect(answer.opening).toContain("FullDiskError: There is no room left");
  },
);
