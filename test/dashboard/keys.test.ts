import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { keys } from "../../dashboard/parts/key-list.ts";
import { pages } from "../../dashboard/store/route.ts";
import { atShowcase } from "./browsing.ts";

const at = atShowcase();

async function visit(path: string): Promise<Page> {
  const page = await at.visit(path);
  // What is elsewhere stays there.
  await page.context().route(/github\.test/, (route) => route.fulfill({ body: "elsewhere" }));
  await page.locator("[data-task], .task-page h1").first().waitFor();
  return page;
}

const selected = (page: Page) =>
  page.evaluate(() => document.activeElement?.closest<HTMLElement>("[data-task]")?.dataset.task ?? null);

const columnOf = (page: Page) =>
  page.evaluate(() => document.activeElement?.closest<HTMLElement>("[data-column]")?.dataset.column ?? null);

async function select(page: Page, task: string): Promise<void> {
  await page.locator(`[data-task=${task}] [data-open]`).focus();
}

/** The window that a key opens. */
async function opens(page: Page, key: string): Promise<string> {
  const [opened] = await Promise.all([page.context().waitForEvent("page"), page.keyboard.press(key)]);
  await opened.waitForURL(/^http/);
  return opened.url();
}

/** What pressing does, by the words of the list that `?` shows. */
const stories: Record<string, () => Promise<void>> = {
  "Go to anything, do anything": async () => {
    const page = await visit("/");
    for (const key of ["Control+k", "Meta+k"]) {
      await page.keyboard.press(key);
      await page.getByLabel("What to go to, or do").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
  },
  "Next, previous task": async () => {
    const page = await visit("/");
    const passed: (string | null)[] = [];
    for (const key of ["j", "j", "k"]) {
      await page.keyboard.press(key);
      passed.push(await selected(page));
    }
    expect(passed[0]).not.toBeNull();
    expect(passed[1]).not.toBe(passed[0]);
    expect(passed[2]).toBe(passed[0]);
  },
  "Column to the left, to the right": async () => {
    const page = await visit("/");
    await select(page, "TASK-4");
    const passed = [await columnOf(page)];
    for (const key of ["l", "h"]) {
      await page.keyboard.press(key);
      passed.push(await columnOf(page));
    }
    expect(passed).toEqual(["needs_you", "in_review", "needs_you"]);
  },
  "Open the selected task": async () => {
    for (const key of ["Enter", "e"]) {
      const page = await visit("/");
      await select(page, "TASK-3");
      await page.keyboard.press(key);
      await page.getByRole("heading", { name: "Greet night owls" }).waitFor();
    }
  },
  "On its page: open the worktree in an editor": async () => {
    const page = await visit("/tasks/TASK-1");
    const tools = await page.context().newCDPSession(page);
    await tools.send("Page.enable");
    const asked = new Promise<string>((resolve) => {
      tools.on("Page.frameRequestedNavigation", ({ url }) => resolve(url));
    });
    await page.keyboard.press("e");
    expect(await asked).toBe("vscode://file/home/ada/my%20work/TASK-1");
  },
  "Retry the task": async () => {
    const page = await visit("/");
    await select(page, "TASK-4");
    await page.keyboard.press("r");
    await page.getByText("TASK-4 is queued again.").waitFor();
    expect(at.server.asked.at(-1)).toBe("retry TASK-4");
  },
  "Stop the task": async () => {
    const page = await visit("/tasks/TASK-2");
    await page.keyboard.press("s");
    await page.getByRole("dialog", { name: "Stop TASK-2?" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".task-line .badge", { hasText: "Stopped" }).waitFor();
    expect(at.server.asked.at(-1)).toBe("stop TASK-2");
  },
  "Approve what waits for it": async () => {
    const page = await visit("/tasks/TASK-7");
    await page.keyboard.press("a");
    await page.getByText("TASK-7 is approved.").waitFor();
    expect(at.server.asked.at(-1)).toBe("approve TASK-7");
  },
  "Tell Claude more, or answer it": async () => {
    const page = await visit("/");
    await select(page, "TASK-1");
    await page.keyboard.press("m");
    await page.locator("textarea:focus").waitFor();
    await page.keyboard.type("Smaller steps.");
    await page.keyboard.press("Control+Enter");
    await expect.poll(() => at.server.asked.at(-1)).toBe("say TASK-1 Smaller steps.");
  },
  "Take its session over, hand it back": async () => {
    const page = await visit("/");
    await select(page, "TASK-1");
    await page.keyboard.press("t");
    await page.waitForURL(/TASK-1\?view=terminal/);
    await page.getByText("TASK-1: Claude's session is yours in a moment.").waitFor();
    // In the terminal keys are Claude's: only outside of it they are the page's.
    await page.getByRole("heading", { name: /greet\(\) should/ }).click();
    await page.keyboard.press("b");
    await page.getByText("TASK-1 goes back to Claude.").waitFor();
    expect(at.server.asked.slice(-2)).toEqual(["take over TASK-1", "hand back TASK-1"]);
  },
  "Open its pull request": async () => {
    const page = await visit("/");
    await select(page, "TASK-3");
    expect(await opens(page, "o")).toBe("https://github.test/octo/hello/pull/7");
    await select(page, "TASK-6");
    await page.keyboard.press("o");
    await page.getByText("TASK-6: There is no pull request yet.").waitFor();
  },
  "Open its issue": async () => {
    const page = await visit("/tasks/TASK-3");
    expect(await opens(page, "i")).toBe("https://github.test/octo/hello/issues/5");
  },
  "New task": async () => {
    const page = await visit("/");
    await page.keyboard.press("c");
    await page.getByRole("dialog", { name: "New task" }).waitFor();
    // A field that goes with its dialog takes no key any more, however soon it comes.
    await page.locator("dialog input:focus").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  },
  Filter: async () => {
    const page = await visit("/");
    await page.keyboard.press("/");
    await page.keyboard.type("owls");
    await expect.poll(() => page.locator("[data-task]").count()).toBe(1);
    expect(await page.locator("[data-filter]").inputValue()).toBe("owls");
  },
  "Back to the board, close": async () => {
    const page = await visit("/tasks/TASK-3");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await page.waitForURL(`${at.server.url}/`);
  },
  "This list": async () => {
    const page = await visit("/");
    await page.keyboard.press("?");
    const shown = page.getByRole("dialog", { name: "Keyboard" });
    await shown.waitFor();
    expect(await shown.locator("dd").allTextContents()).toEqual(keys.map(([, does]) => does));
    expect(await shown.locator("kbd").allTextContents()).toEqual(keys.map(([key]) => key));
  },
  ...Object.fromEntries(
    pages.map(({ key, title, to }) => [
      title,
      async () => {
        const page = await visit(to === "/" ? "/tasks/TASK-3" : "/");
        await page.keyboard.press(key);
        await page.waitForURL(`${at.server.url}${to}`);
        await page.locator("h1", { hasText: title }).first().waitFor({ state: "attached" });
      },
    ]),
  ),
};

describe("every key of the list is pressed", () => {
  test.each(keys.map(([key, does]) => [key, does] as const))("%s: %s", async (_, does) => {
    const story = stories[does];
    expect(story, "a key that no story presses").toBeTypeOf("function");
    await story?.();
  });

  test("and nothing is pressed that the list does not have", () => {
    expect(Object.keys(stories).toSorted()).toEqual(keys.map(([, does]) => does as string).toSorted());
  });
});
