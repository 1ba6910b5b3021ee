import { describe, expect, test } from "vitest";
import { seriousFindings } from "./axe.ts";
import { atShowcase } from "./browsing.ts";

const looks = [
  { look: "light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { look: "dark", viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  { look: "phone", viewport: { width: 360, height: 740 }, colorScheme: "light" },
] as const;

const pages: readonly [path: string, isThere: string][] = [
  ["/", "[data-task]"],
  ["/tasks/TASK-1", ".entry"],
  ["/tasks/TASK-1?view=changes", ".line-added"],
  ["/tasks/TASK-4", ".run-retry"],
  ["/runners", ".runner"],
  ["/logs", ".log-row"],
  ["/insights", ".plot canvas"],
  ["/settings", ".is-refused"],
  ["/nowhere", "main h1"],
];

const at = atShowcase();

describe.each(looks)("for everybody, $look", ({ look, viewport, colorScheme }) => {
  test("axe-core finds nothing serious on any page, and none goes sideways", { timeout: 60_000 }, async () => {
    const page = await at.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
    const found: string[] = [];
    const lookAt = async (name: string) => {
      for (const finding of await seriousFindings(page)) found.push(`${name}: ${finding}`);
      const sideways = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
      if (sideways > 0) found.push(`${name}: goes ${sideways} px sideways`);
    };
    await page.goto(`${at.server.url}/`);
    await page.getByLabel("Operator token").waitFor();
    await lookAt("the door");
    await page.goto(`${at.server.url}/#token=token`);
    await page.reload();
    await page.locator(".pulse.live").waitFor();
    for (const [path, isThere] of pages) {
      await page.goto(`${at.server.url}${path}`);
      await page.locator(".pulse.live").waitFor();
      await page.locator(isThere).first().waitFor();
      await lookAt(path);
    }
    await page.goto(`${at.server.url}/tasks/TASK-1?why=1`);
    await page.locator(".gate").first().waitFor();
    await page.getByRole("button", { name: "More for TASK-1" }).click();
    await page.getByRole("menu").waitFor();
    await lookAt("the menu of a task");
    await page.getByRole("menuitem", { name: "Edit", exact: true }).click();
    await page.getByRole("dialog", { name: "Edit TASK-1" }).waitFor();
    await lookAt("the form to edit a task");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").waitFor();
    await lookAt("the palette");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await lookAt("the keys");
    expect(found, look).toEqual([]);
  });
});

test.each([
  ["reduce", true],
  ["no-preference", false],
] as const)("who asked for %s of motion sees none: %s", async (reducedMotion, isStill) => {
  const page = await at.newPage({ reducedMotion });
  await page.goto(`${at.server.url}/tasks/TASK-1#token=token`);
  await page.locator(".now .spinner").waitFor();
  const moving = await page.evaluate(() => document.getAnimations().length);
  expect(moving === 0).toBe(isStill);
});

test("on a phone menus and dialogs come up from below, within the reach of a thumb, and the bar leads to every page", async () => {
  const viewport = { width: 360, height: 740 };
  const page = await at.newPage({ viewport, hasTouch: true });
  await page.goto(`${at.server.url}/#token=token`);
  const card = page.locator("[data-task=TASK-1]");
  await card.getByRole("button", { name: "More for TASK-1" }).tap();
  const menu = await page.getByRole("menu").boundingBox();
  expect(menu).toMatchObject({ x: 0, width: viewport.width });
  expect((menu?.y ?? 0) + (menu?.height ?? 0)).toBeCloseTo(viewport.height, 0);
  const rows = await page.getByRole("menuitem").evaluateAll((items) => items.map((item) => item.clientHeight));
  expect(Math.min(...rows)).toBeGreaterThanOrEqual(44);
  await page.getByRole("menuitem", { name: "Stop", exact: true }).tap();
  const dialog = await page.getByRole("dialog", { name: "Stop TASK-1?" }).boundingBox();
  expect((dialog?.y ?? 0) + (dialog?.height ?? 0)).toBeCloseTo(viewport.height, 0);
  await page.getByRole("button", { name: "Go on" }).tap();
  const bar = page.getByRole("navigation", { name: "Pages, below" });
  for (const name of ["Runners", "Logs", "Insights", "Settings", "Board"]) {
    await bar.getByRole("link", { name }).tap();
    await page.locator("h1", { hasText: name }).first().waitFor({ state: "attached" });
    const { y = 0, height = 0 } = (await bar.boundingBox()) ?? {};
    expect(y + height).toBeCloseTo(viewport.height, 0);
  }
});

test("the check sees what is wrong", async () => {
  const page = await at.newPage();
  await page.setContent("<html lang=en><title>x</title><main><h1>x</h1><button></button></main></html>");
  expect(await seriousFindings(page)).toEqual([expect.stringContaining("button-name")]);
});

describe("the palette", () => {
  test("goes to a task by a few letters, and does what can be done to it", async () => {
    const page = await at.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${at.server.url}/#token=token`);
    await page.locator("[data-task]").first().waitFor();
    await page.keyboard.press("Control+k");
    await page.getByLabel("What to go to, or do").fill("night owls");
    await page.getByRole("option", { name: /night owls/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Greet night owls" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("option", { name: /Retry/ }).waitFor();
    expect(await page.getByRole("option", { name: /Stop/ }).getAttribute("aria-disabled")).toBe("true");
    await page.getByLabel("What to go to, or do").fill("runners");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Runners", exact: true }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("filters stand in the address, and are there again when it is opened (repository, person, runner, label, text)", async () => {
    const page = await at.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${at.server.url}/#token=token`);
    await page.getByLabel("Person").selectOption("grace");
    await page.getByLabel("Label").selectOption("bug");
    await page.waitForURL(/person=grace&label=bug/);
    const names = await page.locator("[data-task]").evaluateAll((cards) => cards.map((card) => card.dataset.task));
    expect(names).toEqual(["TASK-4"]);
    await page.reload();
    await page.locator("[data-task]").first().waitFor();
    expect(await page.locator("[data-task]").count()).toBe(1);
  });

  test("a page that is not in sight tells of a task that comes to need somebody, where it was asked to", async () => {
    const page = await at.newPage({ permissions: ["notifications"] });
    await page.addInitScript(() => {
      const shown: string[] = [];
      Object.assign(globalThis, { shown });
      const real = Notification;
      Object.assign(globalThis, {
        Notification: class {
          static get permission() {
            return real.permission;
          }
          constructor(title: string) {
            shown.push(title);
          }
        },
      });
      document.hasFocus = () => false;
    });
    await page.goto(`${at.server.url}/#token=token`);
    await page.locator("[data-task]").first().waitFor();
    await page.keyboard.press("Control+k");
    await page.getByLabel("What to go to, or do").fill("tell me");
    await page.keyboard.press("Enter");
    await page.getByText("You are told when a task needs you.").waitFor();
    at.server.fail("TASK-2");
    await expect
      .poll(() => page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown))
      .toEqual(["TASK-2 needs you"]);
    await expect.poll(() => page.title()).toMatch(/^\(3\)/);
    expect(await page.locator("#favicon").getAttribute("href")).toBe("/favicon-3.svg");
  });
});
