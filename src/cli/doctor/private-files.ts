import { chmodSync, statSync } from "node:fs";
import type { Check } from "./check.ts";

/** Files and folders with keys in them that other users of the machine can look into (S53). */
export function checkPrivate(places: readonly { path: string; isFolder: boolean }[]): Check[] {
  const exposed = places.flatMap(({ path, isFolder }) => {
    const facts = statSync(path, { throwIfNoEntry: false });
    const isOpen = facts !== undefined && facts.isDirectory() === isFolder && (facts.mode & 0o077) !== 0;
    return isOpen ? [{ path, mode: isFolder ? 0o700 : 0o600 }] : [];
  });
  return exposed.map(({ path, mode }) => ({
    name: "private files",
    verdict: "missing",
    found: `other users of the machine can look into ${path}`,
    advice: `Run: chmod ${mode.toString(8)} ${path}`,
    fix: { done: `made ${path} yours alone`, apply: async () => chmodSync(path, mode) },
  }));
}
