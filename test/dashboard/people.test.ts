import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openWorld, type World } from "#test/world/world.ts";
import { openBrowser, operatorTokenOf } from "./browser.ts";
import { ensureBuilt } from "./built.ts";

let browser: Browser;
let world: World;
let labelled: number;
let task: string;
beforeAll(async () => {
  await ensureBuilt();
  [browser, world] = await Promise.all([openBrowser(), openWorld({ runner: false, signIn: true, admins: ["root"] })]);
  world.github.createUser("root");
  const issue = world.github.as("ada").openIssue(world.repo, { title: "Greet politely", body: "Please." });
  world.github.as("ada").label(world.repo, issue, "claude");
  labelled = issue;
  task = (await world.taskOf(issue, ({ status }) => status === "queued", "the queue")).name;
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

async function signedIn(login: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${world.server.url}/`);
  await page.getByRole("link", { name: "Sign in with GitHub" }).click();
  await page.locator("input[name=login], select[name=login]").first().waitFor();
  const field = page.locator("select[name=login]");
  if ((await field.count()) > 0) await field.selectOption(login);
  else await page.locator("input[name=login]").first().fill(login);
  await page.locator("button[value=go], button").first().click();
  await page.locator(".pulse.live").waitFor();
  return page;
}

test("somebody who only reads the repository sees the task, and no button for what they may not (S36)", async () => {
  const page = await signedIn("eve");
  await page.locator(`[data-task=${task}]`).waitFor();
  expect(await page.getByRole("button", { name: /New task|Stop|Retry/ }).count()).toBe(0);
  expect(await page.getByRole("link", { name: "Settings" }).count()).toBe(0);
  await page.getByRole("button", { name: `More for ${task}` }).click();
  expect((await page.getByRole("menuitem").allTextContents()).join(" ")).not.toMatch(
    /Stop|Retry|Approve|Edit|priority/,
  );
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Greet politely" }).click();
  await page.getByRole("heading", { name: "Greet politely" }).waitFor();
  expect(await page.getByLabel("Tell Claude more").count()).toBe(0);
  await page.keyboard.press("s");
  await page.getByText("Your role in its repository is not enough.").waitFor();
  await page.goto(`${world.server.url}/settings`);
  await page.getByText("The settings are for administrators").waitFor();
  await page.goto(`${world.server.url}/runners`);
  await page.getByRole("heading", { name: "Runners" }).waitFor();
  expect(await page.getByText("Add a runner").count()).toBe(0);
});

test("a command that somebody writes on GitHub is told to the others at once, and stands among what was done", async () => {
  const page = await signedIn("eve");
  await page.goto(`${world.server.url}/tasks/${task}`);
  await page.locator(".pulse.live").waitFor();
  world.github.as("ada").comment(world.repo, labelled, "/claude priority high");
  await page.getByText(`ada said /claude priority high in ${task}`).waitFor();
  await page.locator(".acts").getByText("ada said /claude priority high on GitHub").waitFor();
});

test("who may write stops it from the board, and an administrator finds that in the audit log", async () => {
  const page = await signedIn("ada");
  await page.getByRole("button", { name: `Stop (${task})` }).click();
  await page.getByRole("button", { name: "Stop it" }).click();
  await page.locator(".column-done").getByText("Greet politely").waitFor();
  const root = await signedIn("root");
  await root.goto(`${world.server.url}/settings`);
  const row = root.getByRole("row", { name: /cancel task/ }).first();
  expect(await row.textContent()).toMatch(/ada.*cancel task.*TASK-1.*dashboard/);
});

test("who tries tokens is asked to wait after 30 in a minute, by a sentence, and so is the next browser", async () => {
  const attempt = () =>
    fetch(`${world.server.url}/api/sign-in/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: "ghu_a_guess" }),
    });
  const answers: Response[] = [];
  while (answers.length <= 30 && answers.at(-1)?.status !== 429) answers.push(await attempt());
  expect(new Set(answers.slice(0, -1).map(({ status }) => status))).toEqual(new Set([401]));
  const last = answers.at(-1);
  expect(last?.status).toBe(429);
  expect(await last?.json()).toMatchObject({
    code: "too_many_attempts",
    title: "Too many people sign in at this moment.",
    advice: "Try again in a minute.",
  });
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${world.server.url}/`);
  await page.getByRole("link", { name: "Sign in with GitHub" }).click();
  await page.locator("select[name=login]").selectOption("ada");
  await page.locator("button[value=go]").click();
  await page.getByText("GitHub does not tell who you are at this moment. Please try again soon.").waitFor();
  // The operator's own token is not held up by it.
  await page.getByLabel("Operator token").fill(operatorTokenOf(world));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.locator(".pulse.live").waitFor();
});
