import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Where a program lies on the runner's own PATH (never the agent's), as an absolute path; null when it is missing. */
export function findProgram(name: string): string | null {
  // On a distribution's minimal PATH the system tools may be left out.
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/bin", "/usr/sbin", "/sbin"];
  return (
    folders
      .filter(isAbsolute)
      .map((folder) => join(folder, name))
      .find(isExecutable) ?? null
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
