import { execFile } from "node:child_process";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const target = join(root, "dist/dashboard");

/** Builds the dashboard where its source is newer than what was built; the control plane then serves it. */
export async function ensureBuilt(): Promise<void> {
  const built = join(target, "index.html");
  const newest = Math.max(newestIn(join(root, "dashboard")), newestIn(join(root, "src/protocol")));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  // Beside its place and then swapped: somebody may be reading what is there.
  const fresh = `${target}-${process.pid}`;
  const vite = join(root, "node_modules/.bin/vite");
  await promisify(execFile)(vite, ["build", "dashboard", "--outDir", fresh, "--logLevel", "error"], {
    cwd: root,
    timeout: 60_000,
    // As it is released: the runner of the tests says "test" here, which brings what is for developers along.
    env: { ...process.env, NODE_ENV: "production" },
  });
  const old = `${fresh}-old`;
  if (existsSync(target)) renameSync(target, old);
  renameSync(fresh, target);
  rmSync(old, { recursive: true, force: true });
}

function newestIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}
