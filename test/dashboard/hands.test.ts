import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Message, Script } from "#test/model/script.ts";
import { finished, hasEnded } from "#test/stories/told.ts";
import { until } from "#test/world/until.ts";
import { openWorld, type World } from "#test/world/world.ts";
import { seriousFindings } from "./axe.ts";
import { openBrowser } from "./browser.ts";
import { ensureBuilt } from "./built.ts";

const bash = (text: string, command: string): Message => ({ text, tools: [{ name: "Bash", input: { command } }] });
const begun = bash("I look first.", "sleep 1000");
const change = bash("Then salut.", "sed -i s/hello/salut/ greet.js");

/** Begins with what never ends, does what a person at the screen tells it, and closes when the run goes on. */
const stuck: Script = Array.from({ length: 14 }, (): Script[number] => ({ body }) => {
  const all = JSON.stringify(body);
  if (all.includes("has worked with you in this session")) return { text: "It greets as it was wanted." };
  if (!all.includes(begun.text ?? "")) return begun;
  if (!all.includes("Say salut")) return { text: "I was stopped." };
  return all.includes("Then salut.") ? { text: "Changed to salut." } : change;
});

let browser: Browser;
let world: World;
let issue: number;
let task: string;
const problems: string[] = [];

beforeAll(async () => {
  await ensureBuilt();
  [browser, world] = await Promise.all([openBrowser(), openWorld({ signIn: true, scripts: { default: stuck } })]);
  world.github.setRole(world.repo, "bea", "write");
  const ada = world.github.as("ada");
  issue = ada.openIssue(world.repo, { title: "Greet in another language", body: "Not in English." });
  ada.label(world.repo, issue, "claude");
  const isAtWork = (one: Awaited<ReturnType<World["taskOf"]>>) =>
    one.runs[0]?.progress?.activity.startsWith("running") === true;
  task = (await world.taskOf(issue, isAtWork, "Claude at work")).name;
}, 120_000);

afterEach(() => expect(problems.splice(0)).toEqual([]));

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** Somebody who signs in with GitHub, on the page that they were going to. */
async function signedIn(login: string, context?: BrowserContext): Promise<Page> {
  const own =
    context ?? (await browser.newContext({ viewport: { width: 1200, height: 900 }, reducedMotion: "reduce" }));
  const page = await own.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/net::ERR_|WebSocket connection|40[134]/.test(message.text()))
      problems.push(message.text());
  });
  await page.goto(`${world.server.url}/tasks/${task}?view=terminal`);
  if (context !== undefined) return page;
  await page.getByRole("link", { name: "Sign in with GitHub" }).click();
  await page.getByLabel("Sign in as").selectOption(login);
  await page.getByRole("button", { name: /Authorize/ }).click();
  await page.getByRole("heading", { name: /Greet in another language/ }).waitFor();
  expect(page.url()).toBe(`${world.server.url}/tasks/${task}?view=terminal`);
  return page;
}

function shows(page: Page, text: string): Promise<string> {
  let last = "";
  return until(`"${text}" on the screen`, async () => {
    const rows = page.locator(".xterm-rows");
    last = (await rows.count()) > 0 ? ((await rows.textContent())?.replaceAll("\u00a0", " ") ?? "") : "";
    return last.includes(text) ? last : null;
  }).catch((error: unknown) => {
    throw new Error(`${error}\n${last}`);
  });
}

test("people with the role take Claude's session over in the browser, one at a time, and hand it back with all it knows", async () => {
  const [ada, bea, eve] = [await signedIn("ada"), await signedIn("bea"), await signedIn("eve")];
  await shows(ada, "I look first.");
  await shows(eve, "I look first.");

  // Without the role there is no button, and none in the API.
  await bea.getByRole("button", { name: /^Take over/ }).waitFor();
  for (const name of [/^Take over/, /^Stop/, /^Retry/, /^Hand back/])
    expect(await eve.getByRole("button", { name }).count()).toBe(0);
  const refused = await eve.evaluate(async (name) => {
    const pageKey = localStorage.getItem("cc-orchestrator.page-key") ?? "";
    const answer = await fetch(`/api/tasks/${name}/takeover`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-cc-orchestrator-page-key": pageKey },
      body: JSON.stringify({ by: "ada" }),
    });
    return { status: answer.status, ...(await answer.json()) };
  }, task);
  expect(refused).toMatchObject({ status: 403, code: "role_too_low" });

  await ada.getByRole("button", { name: /^Take over/ }).click();
  await ada.getByText("the session is yours: type").waitFor();
  await bea.getByText("Live, to watch · ada has the session").waitFor();
  expect(await bea.getByRole("button", { name: "Type here" }).count()).toBe(0);
  // The others see what she did, and who is there.
  await bea.getByText(`ada took over ${task}`).waitFor();
  await bea.locator(".acts").getByText("ada took over it").waitFor();
  await bea.locator(".task-line .at-terminal").getByText("ada (types), eve").waitFor();
  expect(await ada.getByText(`ada took over ${task}`).count()).toBe(0);
  // The size is that of whoever types, for everybody.
  await shows(ada, "I look first.");

  await bea.locator(".xterm-screen").click();
  await bea.keyboard.type("bea types");
  await ada.locator(".xterm-screen").click();
  await ada.keyboard.type("Say");
  await shows(ada, "❯ Say");
  await ada.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.setData("text/plain", " salut\u001b[201~ instead, à la française.");
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }),
    );
  });
  const typed = await shows(ada, "à la française.");
  expect(typed).toContain("Say salut");
  expect(typed).not.toMatch(/bea types|201~/);
  await shows(bea, "à la française.");
  expect(await seriousFindings(ada)).toEqual([]);
  await ada.keyboard.press("Enter");
  await shows(ada, "Changed to salut.");
  await shows(eve, "Changed to salut.");

  // The keyboard comes back to the page, and a second window of the same person takes it.
  await ada.keyboard.press("F6");
  expect(await ada.evaluate(() => document.activeElement?.className)).toContain("terminal-screen");
  const second = await signedIn("ada", ada.context());
  await second.getByText("the session is yours: type").waitFor();
  await ada.getByRole("button", { name: "Type here" }).waitFor();
  await second.close();

  await ada
    .getByRole("button", { name: /^Hand back/ })
    .first()
    .click();
  const done = await world.taskOf(issue, hasEnded, "the end of the run");
  expect(done).toMatchObject({ status: "in_review", runs: [{ conclusion: "success" }] });
  await finished(world, issue);
  const { github, repo, model } = world;
  expect(await github.fileAt(repo, github.pulls(repo)[0]?.headSha ?? "", "greet.js")).toContain("salut");
  const last = JSON.stringify(model.requests.at(-1)?.body);
  for (const words of ["I look first.", "Say salut", "à la française.", "Changed to salut.", "ada has worked with you"])
    expect(last).toContain(words);

  const { entries } = await world.operator("listAudit", { query: {} });
  const told = entries.map(({ by, action, subject, place, refusal }) => [by, action, subject, place, refusal !== null]);
  expect(told).toContainEqual(["eve", "takeOverTask", task, "dashboard", true]);
  expect(told).toContainEqual(["ada", "takeOverTask", task, "dashboard", false]);
  expect(told).toContainEqual(["ada", "typeInTerminal", task, "dashboard", false]);
  expect(told).toContainEqual(["ada", "handBackTask", task, "dashboard", false]);
  for (const page of [ada, bea, eve]) await page.context().close();
  expect(github.violations).toEqual([]);
}, 150_000);
