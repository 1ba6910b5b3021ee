import { type FSWatcher, watch } from "node:fs";

/**
 * Calls `changed` when something happens to a file or in a folder, and every `checkMs` besides: a watch may be refused
 * (inotify limits, network file systems), and then only this is slower.
 * @returns stops watching
 */
export function watchPath(path: string, changed: () => void, checkMs: number): () => void {
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(path, changed);
    watcher.on("error", () => watcher?.close());
  } catch {
    watcher = undefined;
  }
  const timer = setInterval(changed, checkMs);
  return () => {
    watcher?.close();
    clearInterval(timer);
  };
}
