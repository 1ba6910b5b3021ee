/**
 * Takes the pictures in docs/screenshots from the running product: `node scripts/screenshots.ts [folder]`.
 * The tasks in them are real: real git, tmux and Claude Code, with a scripted model.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { addressWithToken, openBrowser } from "#test/dashboard/browser.ts";
import { ensureBuilt } from "#test/dashboard/built.ts";
import { fillWorld, sceneOptions } from "#test/dashboard/scene.ts";
import { openWorld } from "#test/world/world.ts";

const folder = process.argv[2] ?? fileURLToPath(new URL("../docs/screenshots", import.meta.url));

const looks = [
  { name: "light", viewport: { width: 1280, height: 720 }, colorScheme: "light" },
  { name: "dark", viewport: { width: 1280, height: 720 }, colorScheme: "dark" },
  { name: "phone", viewport: { width: 390, height: 780 }, colorScheme: "light" },
] as const;

mkdirSync(folder, { recursive: true });
await ensureBuilt();
const browser = await openBrowser();
const world = await openWorld(sceneOptions);
try {
  const { worked, reviewed } = await fillWorld(world);
  const pages = {
    board: "/",
    task: `/tasks/${worked}`,
    review: `/tasks/${reviewed}`,
    changes: `/tasks/${reviewed}?view=changes`,
    runners: "/runners",
    insights: "/insights",
    settings: "/settings",
    logs: "/logs",
  };
  for (const { name: look, viewport, colorScheme } of looks) {
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(addressWithToken(world));
    await page.locator(".pulse.live").waitFor();
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(`${world.server.url}${path}`);
      await page.locator(".pulse.live").waitFor();
      await page.waitForTimeout(400);
      await page.screenshot({ path: `${folder}/${name}-${look}.png` });
    }
    await context.close();
  }
  process.stdout.write(`The pictures are in ${folder}.\n`);
} finally {
  await browser.close();
  await world.close();
}
