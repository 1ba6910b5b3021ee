import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Conversation } from "#test/model/conversation.ts";
import { type Message, messageAt, type Script } from "#test/model/script.ts";
import { openWorld, type World } from "#test/world/world.ts";
import { addressWithToken, openBrowser, operatorTokenOf } from "./browser.ts";
import { ensureBuilt } from "./built.ts";
import { openWire } from "./wire.ts";

const bash = (command: string) => ({ name: "Bash", input: { command } });
const hostileTitle = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> \u202Eevil";
const hostileText =
  "<img src=x onerror=\"document.title='owned'\">\n\n[click](javascript:document.title='owned') **bold** `code`";

const mends: Script = [
  { thinking: "Where is it?", text: "I **look** at `greet.js`.", tools: [bash("cat greet.js")] },
  { text: "Now the change.", tools: [bash("echo '// hi' >> greet.js")] },
  { text: "All done, see [the page](https://example.com/page)." },
];
const hostile: Script = [
  {
    text: hostileText,
    tools: [bash("printf '\\033[31mred\\033[0m \\033]0;owned\\007<b>not bold</b>'; echo x >> greet.js")],
  },
  { text: "Finished." },
];
const slow: Script = [{ text: "This takes a while.", tools: [bash("sleep 60")] }];

const counts: Script = Array.from({ length: 9 }, (_, n) => ({
  text: `Number ${n + 1}.`,
  ...(n < 8 ? { tools: [bash(`sleep 0.3; echo ${n} >> greet.txt`)] } : {}),
}));
const scripts: readonly [RegExp, Script][] = [
  [/evil/, hostile],
  [/slowly/, slow],
  [/Count/, counts],
  [/./, mends],
];

const chosen = Array.from({ length: 10 }, () => (conversation: Conversation): Message => {
  return messageAt(scripts.find(([title]) => title.test(conversation.prompt))?.[1], conversation);
});

let browser: Browser;
let world: World;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  await ensureBuilt();
  [browser, world] = await Promise.all([openBrowser(), openWorld({ scripts: { default: chosen } })]);
}, 90_000);

afterEach(async () => {
  await page?.context().close();
  expect(problems.splice(0)).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** A new browser profile; whatever its console complains of fails the test. */
async function visit(path: string, viewport = { width: 1280, height: 800 }): Promise<Page> {
  const context = await browser.newContext({ viewport, reducedMotion: "reduce" });
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    // A refused sign-in and a server that is away are told by the browser too.
    const isExpected = /401|net::ERR_/.test(message.text());
    if (message.type() === "error" && !isExpected) problems.push(message.text());
  });
  await page.goto(path.startsWith("http") ? path : addressWithToken(world, path));
  return page;
}

function labelled(title: string): number {
  const ada = world.github.as("ada");
  const issue = ada.openIssue(world.repo, { title, body: "As the title says." });
  ada.label(world.repo, issue, "claude");
  return issue;
}

describe("who gets in", () => {
  test("who comes with the token is signed in, and the address keeps nothing of it (S33)", async () => {
    await visit("/runners");
    await page.getByRole("heading", { name: "Runners" }).waitFor();
    expect(page.url()).toBe(`${world.server.url}/runners`);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
    const stored = await page.evaluate(() => JSON.stringify([localStorage, document.cookie, history.state]));
    expect(stored).not.toContain(operatorTokenOf(world));
    await page.reload();
    await page.getByRole("heading", { name: "Runners" }).waitFor();
  });

  test("who comes with a wrong token is told, and how to get the right one", async () => {
    await visit(`${world.server.url}/#token=guess`);
    await page.getByText("This is not the operator token of this server.").waitFor();
    expect(await page.locator(".command").allTextContents()).toEqual([
      expect.stringContaining("cc-orchestrator web open"),
      expect.stringContaining("operator.token"),
    ]);
    expect(page.url()).not.toContain("guess");
    await page.getByLabel("Operator token").fill(operatorTokenOf(world));
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator(".pulse.live").waitFor();
  });

  test("who signs out is out, in this tab and after a reload", async () => {
    await visit("/");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are signed out.").waitFor();
    await page.reload();
    await page.getByLabel("Operator token").waitFor();
  });
});

describe("a task", () => {
  test("moves over the board by itself, and its page tells what Claude says while it is said", async () => {
    await visit("/");
    await page.locator(".pulse.live").waitFor();
    const issue = labelled("Greet people warmly");
    const card = page.locator("[data-task]", { hasText: "Greet people warmly" });
    await card.waitFor();
    await card.getByRole("link", { name: "Greet people warmly" }).click();
    await page.getByRole("log").getByText("All done, see").waitFor();
    const said = await page.locator(".entry.say").allTextContents();
    expect(said.map((text) => text.replace(/^[\d:]+/, ""))).toEqual([
      "I look at greet.js.",
      "Now the change.",
      "All done, see the page.",
    ]);
    expect(await page.locator(".entry.say strong").textContent()).toBe("look");
    expect(await page.getByRole("link", { name: "the page" }).getAttribute("rel")).toContain("noopener");
    await page.locator(".entry.call summary").first().click();
    await page.locator(".entry.call .result").getByText("export const greet").waitFor();
    await page.locator(".task-line .badge", { hasText: "In review" }).waitFor();
    const task = await world.taskOf(issue, ({ status }) => status === "in_review", "the pull request");
    const link = page.getByRole("link", { name: `Pull request #${task.pullRequest?.number}` });
    expect(await link.getAttribute("href")).toBe(task.pullRequest?.url);
    await page.getByRole("link", { name: "Changes" }).click();
    await page.locator(".line-added", { hasText: "// hi" }).waitFor();
    await page.getByRole("link", { name: "Back to the board" }).click();
    await page.locator(".column-in_review [data-task]", { hasText: "Greet people warmly" }).waitFor();
  });

  test("with hostile words shows them as words (S38)", async () => {
    const issue = labelled(hostileTitle);
    const task = await world.taskOf(issue, ({ status }) => status === "in_review", "the hostile pull request");
    await visit(`/tasks/${task.name}`);
    await page.getByRole("log").getByText("Finished.").waitFor();
    expect(await page.locator("h1").textContent()).toContain("<script>document.title='owned'</script>");
    expect(await page.locator("h1").textContent()).toContain("\\u202e");
    await page.locator(".entry.call summary").first().click();
    const result = await page.locator(".entry.call .result").textContent();
    expect(result).toContain("<b>not bold</b>");
    expect(result).not.toContain(String.fromCharCode(27));
    expect(await page.locator("img, a[href^=javascript]").count()).toBe(0);
    expect(await page.title()).not.toBe("owned");
    await page.goto(`${world.server.url}/logs`);
    await page.getByText("onerror").first().waitFor();
    expect(await page.locator("img").count()).toBe(0);
  });

  test("is found, opened, stopped and tried again by keys alone", async () => {
    const issue = labelled("Walk slowly");
    const { name } = await world.taskOf(issue, ({ runs }) => runs[0]?.attach != null, "Claude at work");
    await visit("/");
    await page.locator(".pulse.live").waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("/");
    await page.locator("[data-filter]:focus").waitFor();
    await page.keyboard.type("slowly");
    await page.waitForURL(/q=slowly/);
    await expect.poll(() => page.locator("[data-task]").count(), { timeout: 15_000 }).toBe(1);
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Walk slowly" }).waitFor();
    await page.keyboard.press("s");
    await page.getByRole("dialog", { name: `Stop ${name}?` }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".task-line .badge", { hasText: "Stopped" }).waitFor();
    await page.keyboard.press("r");
    await page.getByText(`${name} is queued again.`).waitFor();
    await page.locator(".task-line .badge", { hasText: "Working" }).waitFor();
    await world.operator("cancelTask", { params: { task: name }, body: { by: "test" } });
    await page.locator(".task-line .badge", { hasText: "Stopped" }).waitFor();
    // And where it ended, in the timeline.
    await page.getByRole("button", { name: "Retry: Implement, attempt 2" }).press("Enter");
    await page.locator(".task-line .badge", { hasText: /Working|Queued/ }).waitFor();
    await page.getByRole("region", { name: "Runs" }).getByText("attempt 3").waitFor();
    await world.operator("cancelTask", { params: { task: name }, body: { by: "test" } });
    await page.locator(".task-line .badge", { hasText: "Stopped" }).waitFor();
  });
});

test("a stream that is cut is told of, and taken up again without a line lost or doubled", async () => {
  const wire = await openWire(world.server.url);
  try {
    const issue = labelled("Count aloud");
    const task = await world.taskOf(issue, ({ runs }) => runs[0]?.attach != null, "Claude at work");
    await visit(`${wire.url}/tasks/${task.name}#token=${operatorTokenOf(world)}`);
    await page.getByRole("log").getByText("Number 1.").waitFor();
    wire.cut();
    await page.getByRole("alert").getByText("The server does not answer.").waitFor();
    expect(await page.locator(".pulse").textContent()).toBe("Not live");
    await world.taskOf(issue, ({ runs }) => runs.at(-1)?.status === "completed", "the end of the count");
    expect(await page.getByText("Number 9.").count()).toBe(0);
    wire.mend();
    await page.getByRole("log").getByText("Number 9.").waitFor();
    await page.locator(".pulse.live").waitFor();
    const said = await page.locator(".entry.say .markdown").allTextContents();
    expect(said).toEqual(Array.from({ length: 9 }, (_, n) => `Number ${n + 1}.`));
    await page.locator(".task-line .badge", { hasText: "In review" }).waitFor();
  } finally {
    await wire.close();
  }
});

test.each(["/", "/runners", "/logs", "/tasks/TASK-1"])(
  "%s fits a phone of 360 px without going sideways",
  async (path) => {
    await visit(path, { width: 360, height: 740 });
    await page.locator(".pulse.live").waitFor();
    await page.locator("h1").first().waitFor({ state: "attached" });
    const { wide, window: width } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      window: document.documentElement.clientWidth,
    }));
    expect(wide).toBeLessThanOrEqual(width);
    await page.getByRole("navigation", { name: "Pages, below" }).getByRole("link", { name: "Runners" }).click();
    await page.getByRole("heading", { name: "Runners" }).waitFor();
  },
);

test("a new runner is added with a one-time token that was made here", async () => {
  await visit("/runners");
  await page.getByRole("button", { name: "Show the commands" }).click();
  const command = await page.locator(".commands code").first().textContent();
  expect(command).toMatch(/^CC_ORCHESTRATOR_REGISTRATION_TOKEN=\S{20,} cc-orchestrator runner register --server http/);
});
