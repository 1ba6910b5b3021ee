import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import type { World } from "#test/world/world.ts";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * A real browser without a window.
 * @throws Error that says how to install one
 */
export async function openBrowser(): Promise<Browser> {
  const found = [process.env.CHROMIUM ?? "", ...places].find((place) => place !== "" && existsSync(place));
  if (found === undefined)
    throw new Error("Chromium is missing: apt install chromium (or name it in CHROMIUM) and run this again.");
  return chromium.launch({ executablePath: found, args: ["--disable-dev-shm-usage", "--font-render-hinting=none"] });
}

/** The address that signs its reader in. */
export function addressWithToken(world: Pick<World, "server" | "folder">, path = "/"): string {
  return `${world.server.url}${path}#token=${operatorTokenOf(world)}`;
}

export function operatorTokenOf(world: Pick<World, "folder">): string {
  return readFileSync(join(world.folder, "server", "operator.token"), "utf8").trim();
}
