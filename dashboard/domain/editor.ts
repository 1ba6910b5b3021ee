import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";

type Place = NonNullable<Run["place"]>;

/** Where the newest worktree of the task is; null when none is there. */
export function editorPlace(task: Pick<Task, "runs">): Place | null {
  const run = task.runs.findLast(({ status }) => status !== "completed");
  return run?.place ?? null;
}

/**
 * The address that opens a folder in VS Code: here, or on another machine by SSH.
 * https://code.visualstudio.com/docs/editor/command-line#_opening-vs-code-with-urls
 * @param isHere whether this browser runs on the machine that has the folder
 */
export function editorAddress({ host, folder }: Place, isHere: boolean): string {
  const path = folder.split("/").map(encodeURIComponent).join("/");
  return isHere ? `vscode://file${path}` : `vscode://vscode-remote/ssh-remote+${encodeURIComponent(host)}${path}`;
}

/** Whether the page came from this very machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
