import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

type Env = Readonly<Record<string, string | undefined>>;

/** How long a browser is given to start and read the page that leads it on. */
const readingMs = 5_000;

/**
 * Opens an address that holds a secret. Arguments of a process can be read by every user of the machine, so the browser
 * is given a file of ours that leads it on (only this user can read it), and not the address.
 * @returns false where there is no browser to open
 */
export async function openInBrowser(url: string, env: Env): Promise<boolean> {
  const opener = openerFor(env);
  if (opener === null) return false;
  const folder = mkdtempSync(join(tmpdir(), "cco-open-"));
  try {
    const page = join(folder, "open.html");
    const script = `location.replace(${JSON.stringify(url).replaceAll("<", "\\u003c")})`;
    writeFileSync(page, `<!doctype html><title>cc-orchestrator</title><script>${script}</script>\n`, { mode: 0o600 });
    if (!(await starts(opener, page, env))) return false;
    await pause(readingMs);
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function openerFor(env: Env): string | null {
  if (env.BROWSER) return env.BROWSER;
  if (process.platform === "darwin") return "open";
  return env.DISPLAY || env.WAYLAND_DISPLAY ? "xdg-open" : null;
}

function starts(program: string, page: string, env: Env): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, [page], { env: { ...env }, stdio: "ignore", detached: true });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}
