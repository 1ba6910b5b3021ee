import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { seriousFindings } from "./axe.ts";
import { atShowcase } from "./browsing.ts";
import { openWire } from "./wire.ts";

const at = atShowcase();

const fetched = (page: Page) =>
  page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name.replace(/^.*\//, "")));

test("every page opens without the server, says what it has not, and comes to life by itself when that is back", async () => {
  const wire = await openWire(at.server.url);
  onTestFinished(wire.close);
  const page = await at.visit("/", wire.url);
  await page.locator("[data-task=TASK-4]").waitFor();
  // The pages are fetched while nothing else is to do.
  for (const name of ["task", "logs", "insights", "settings"])
    await expect.poll(async () => (await fetched(page)).some((file) => file.startsWith(`${name}-`))).toBe(true);
  wire.cut();
  await page.getByRole("alert").getByText("The server does not answer.").waitFor();

  await page.keyboard.press("2");
  await page.getByRole("region", { name: "Runner laptop" }).waitFor();
  await page.keyboard.press("3");
  await page.getByText("The lines could not be loaded.").waitFor();
  await page.keyboard.press("1");
  await page.locator("[data-task=TASK-4] [data-open]").focus();
  await page.keyboard.press("r");
  await page.locator(".toasts").getByText("The server does not answer.").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Pay for the greeting service" }).waitFor();
  await page.getByText("The conversation could not be loaded.").waitFor();
  // However far one scrolls, one sees that all of it is old.
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  expect((await page.locator(".banner").boundingBox())?.y).toBeGreaterThan(0);
  await page.keyboard.press("4");
  await page.getByRole("heading", { name: "Insights" }).waitFor();
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await page.keyboard.press("5");
  await page.getByRole("button", { name: "Try again" }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);

  wire.mend();
  await page.getByText("WEBHOOK_SECRET in the environment").waitFor();
  expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
  await page.locator(".banner").waitFor({ state: "detached" });
});

test.each([
  ["/", "The tasks could not be loaded.", "[data-task=TASK-1]"],
  ["/tasks/TASK-1", "TASK-1 and what was said could not be loaded.", ".task-page h1"],
  ["/runners", "The runners could not be loaded.", ".runner"],
])("%s that never had an answer says so, and shows what there is as soon as one comes", async (path, says, isThere) => {
  const page = await at.visit("/");
  const api = /\/api\/(?!session)/;
  await page.context().route(api, (route) => route.abort());
  await page.goto(`${at.server.url}${path}`);
  await page.getByText(says).waitFor();
  expect(await page.locator("main .skeleton").count()).toBe(0);
  await page.context().unroute(api);
  await page.locator(isThere).first().waitFor();
});

test("a page whose own program could not be fetched asks for patience, and comes by itself", async () => {
  const wire = await openWire(at.server.url);
  onTestFinished(wire.close);
  const page = await at.newPage();
  const context = page.context();
  await context.route(/assets\/settings-/, (route) => route.abort());
  await page.goto(`${wire.url}/#token=token`);
  await page.locator(".pulse.live").waitFor();
  await expect.poll(async () => (await fetched(page)).some((file) => file.startsWith("logs-"))).toBe(true);
  wire.cut();
  await page.locator(".pulse.stale").waitFor();
  await page.keyboard.press("5");
  await page.getByText("This part of the page could not be fetched.").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("The server still does not answer.").waitFor();
  await context.unroute(/assets\/settings-/);
  wire.mend();
  await page.getByText("WEBHOOK_SECRET in the environment").waitFor();
});

test("who comes while the server is away gets in by itself when that is back, with the token that they brought", async () => {
  const page = await at.newPage();
  const api = /\/api\//;
  await page.route(api, (route) => route.abort());
  await page.route("/", (route) => (route.request().method() === "HEAD" ? route.abort() : route.continue()));
  await page.goto(`${at.server.url}/#token=token`);
  await page.getByRole("alert").getByText("The server does not answer.").waitFor();
  await page.getByText("cc-orchestrator web start").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("alert").getByText("The server does not answer.").waitFor();
  await page.unrouteAll();
  await page.locator("[data-task=TASK-1]").waitFor();
});
