import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openBrowser } from "./browser.ts";
import { ensureBuilt } from "./built.ts";
import { showcase } from "./showcase.ts";

let browser: Browser;
let server: Awaited<ReturnType<typeof showcase>>;
beforeAll(async () => {
  await ensureBuilt();
  [browser, server] = await Promise.all([openBrowser(), showcase()]);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function visit(path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${server.url}${path}#token=token`);
  await page.locator(".pulse.live").waitFor();
  return page;
}

test("a card says what it takes: diff, checks, context, cost, age", async () => {
  const page = await visit("/");
  const working = page.locator("[data-task=TASK-1]");
  await working.getByText("31 % context").waitFor();
  await page.locator("[data-task=TASK-3]").getByText("+48").waitFor();
});

test("a failed task that is dragged to the queue is tried again, and one within the queue gets a priority", async () => {
  const page = await visit("/");
  await page.locator("[data-task=TASK-4]").dragTo(page.locator("[data-column=queued]"));
  await page.getByText("TASK-4 is queued again.").waitFor();
  await page.locator("[data-task=TASK-2]").dragTo(page.locator("[data-column=queued] h2"));
  await page.getByText("TASK-2 has high priority now.").waitFor();
  expect(server.asked).toEqual(["retry TASK-4", "prioritise TASK-2 high"]);
});

test("the same is there by keys alone, in the card's menu, greyed where it cannot be", async () => {
  const page = await visit("/");
  await page.getByRole("button", { name: "More for TASK-6" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  expect(await page.getByRole("menuitem", { name: "Retry" }).getAttribute("aria-disabled")).toBe("true");
  await page.getByRole("menuitem", { name: "Low priority" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("TASK-6: Low priority.").waitFor();
  expect(server.asked.at(-1)).toBe("prioritise TASK-6 low");
});

test("remarks on lines are gathered, and go to Claude as one message", async () => {
  const page = await visit("/tasks/TASK-1");
  await page.getByRole("link", { name: "Changes" }).click();
  await page.locator(".line-added").first().waitFor();
  await page.getByRole("button", { name: "Remark on line 3" }).click();
  await page.keyboard.type("Greet strangers too.");
  await page.keyboard.press("Control+Enter");
  await page.getByText("1 remark, not sent yet").waitFor();
  await page.getByRole("button", { name: "Remark on line 1", exact: true }).click();
  await page.keyboard.type("Is this needed?");
  await page.getByRole("button", { name: "Keep the remark" }).click();
  await page.getByText("2 remarks, not sent yet").waitFor();
  await page.getByRole("button", { name: "Send to Claude" }).click();
  await page.getByText("Claude is told.").waitFor();
  expect(server.asked.at(-1)).toBe("remark TASK-1 src/greet.ts:3 src/greet.ts:1");
  expect(await page.locator(".remark").count()).toBe(0);
});

test("a task's page offers everything that can be done to it", async () => {
  const page = await visit("/tasks/TASK-2");
  await page.getByRole("button", { name: "More for TASK-2" }).click();
  const items = await page.getByRole("menuitem").allTextContents();
  expect(items.join(" ")).toMatch(/Retry.*Stop.*Open pull request.*Open issue.*priority/);
  const top = await page.getByRole("menu").evaluate((menu) => menu.getBoundingClientRect().top);
  expect(top).toBeGreaterThan(0);
});

test("a runner is paused with a note that the others see, and resumed", async () => {
  const page = await visit("/runners");
  const laptop = page.getByRole("region", { name: "Runner laptop" });
  await laptop.locator(".plot canvas").waitFor();
  await laptop.getByRole("button", { name: "Pause" }).click();
  await page.getByLabel("A note for the others").fill("new disk");
  await page.keyboard.press("Enter");
  await page.getByText("laptop is paused.").waitFor();
  await laptop.getByText("new disk").first().waitFor();
  await laptop.getByRole("button", { name: "Resume" }).click();
  await page.getByText("laptop takes runs again.").waitFor();
});
