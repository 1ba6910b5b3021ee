import { readFileSync, statfsSync } from "node:fs";
import { freemem } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Reason } from "#protocol/words.ts";
import { defaultFloors, type Floors } from "./options.ts";
import { readIfThere } from "./read-if-there.ts";
import { writeWhole } from "./write-whole.ts";

/** Whether this machine and its login can take another run. */
export type Room = {
  freeMemoryBytes(): number;
  freeDiskBytes(): number;
  /** Why no run is claimed now, however many slots are free; null when nothing speaks against it. */
  obstacle(): Reason | null;
  /** The model's login is at its limit until then; kept over a restart. */
  limited(until: Date): void;
};

const UntilFile = z.object({ until: z.iso.datetime() });

/** @param home the runner's folder */
export function openRoom(home: string, options: { floors?: Partial<Floors>; now: () => Date }): Room {
  const floors = { ...defaultFloors, ...options.floors };
  const path = join(home, "usage-limit.json");
  let until = readUntil(path);
  const freeDiskBytes = () => {
    const { bavail, bsize } = statfsSync(home);
    return bavail * bsize;
  };
  return {
    freeMemoryBytes,
    freeDiskBytes,
    obstacle() {
      if (until !== null && until > options.now()) return usageLimit(until);
      const memory = freeMemoryBytes();
      if (memory < floors.memoryBytes) return low("memory", memory, floors.memoryBytes);
      const disk = freeDiskBytes();
      return disk < floors.diskBytes ? low("disk", disk, floors.diskBytes) : null;
    },
    limited(at) {
      if (until !== null && until >= at) return;
      until = at;
      writeWhole(path, JSON.stringify({ until: at.toISOString() }));
    },
  };
}

function readUntil(path: string): Date | null {
  const text = readIfThere(path);
  const known = text === null ? null : UntilFile.safeParse(JSON.parse(text));
  return known?.success ? new Date(known.data.until) : null;
}

/** What processes could have without swapping: the page cache counts as free (proc(5), MemAvailable). */
function freeMemoryBytes(): number {
  if (process.platform !== "linux") return freemem();
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
}

function usageLimit(until: Date): Reason {
  return {
    code: "usage_limit",
    sentence: "The usage limit of the runner's Claude login is reached.",
    advice: "It goes on by itself. Another login or an API key on the runner helps sooner.",
    until: until.toISOString(),
  };
}

function low(what: "memory" | "disk", free: number, floor: number): Reason {
  return {
    code: `low_${what}`,
    sentence: `The runner's machine has ${megabytes(free)} of ${what} free, and takes no run below ${megabytes(floor)}.`,
    advice: what === "disk" ? "Free some disk space there." : "End what takes the memory there, or give it more.",
  };
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
