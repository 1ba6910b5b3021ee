import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { pageKeyPrefix, runnerTerminalPath, terminalPath, terminalProtocol, ticketPrefix } from "#protocol/terminal.ts";
import type { Script } from "#test/model/script.ts";
import { until } from "#test/world/until.ts";
import { openWorld, type World } from "#test/world/world.ts";
import { seriousFindings } from "./axe.ts";
import { addressWithToken, openBrowser, operatorTokenOf } from "./browser.ts";
import { ensureBuilt } from "./built.ts";
import { openWire } from "./wire.ts";

const waitsFor = (name: string) => ({
  name: "Bash",
  input: { command: `until [ -e ${name} ]; do sleep 0.1; done; echo ${name} is there; rm ${name}` },
});
const script: Script = [
  { text: "I begin with the greeting.", tools: [waitsFor("first")] },
  { text: "Now the second half.", tools: [waitsFor("second")] },
  { text: "Here I wait.", tools: [waitsFor("third")] },
  { text: "Done." },
];

let browser: Browser;
let world: World;
let task: string;
const problems: string[] = [];

beforeAll(async () => {
  await ensureBuilt();
  [browser, world] = await Promise.all([openBrowser(), openWorld({ scripts: { default: script } })]);
  const ada = world.github.as("ada");
  const issue = ada.openIssue(world.repo, { title: "Greet twice", body: "As the title says." });
  ada.label(world.repo, issue, "claude");
  task = (await world.taskOf(issue, ({ status }) => status === "in_progress", "the run")).name;
}, 90_000);

afterEach(() => expect(problems.splice(0)).toEqual([]));

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** The task's terminal in a new browser profile; whatever its console complains of fails the test, the policy's refusals too. */
async function watch(address = addressWithToken(world, `/tasks/${task}?view=terminal`)): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/net::ERR_|WebSocket connection/.test(message.text()))
      problems.push(message.text());
  });
  await page.goto(address);
  return page;
}

/** Spaces on a screen are often drawn as others. */
async function screenOf(page: Page): Promise<string> {
  return (await page.locator(".xterm-rows").textContent())?.replaceAll("\u00a0", " ") ?? "";
}

function shows(page: Page, text: string): Promise<string> {
  return until(`"${text}" on the screen`, async () => {
    const screen = (await page.locator(".xterm-rows").count()) > 0 ? await screenOf(page) : "";
    return screen.includes(text) ? screen : null;
  });
}

function allow(name: string): void {
  const tasks = join(world.folder, "runner-1", "tasks");
  const [folder = ""] = readdirSync(tasks);
  writeFileSync(join(tasks, folder, "work", "tree", name), "");
}

async function paneOf(): Promise<{ tty: string; size: string }> {
  const socket = `${world.folder.split("/").at(-1)}-runner-1`;
  const { stdout } = await execa("tmux", [
    "-L",
    socket,
    "list-panes",
    "-a",
    "-F",
    "#{pane_tty} #{pane_width}x#{pane_height}",
  ]);
  const [tty = "", size = ""] = stdout.split(" ");
  return { tty, size };
}

test("somebody sees what Claude does while it is done, who watches besides, and after a cut the whole screen again", async () => {
  const wire = await openWire(world.server.url);
  const page = await watch(`${wire.url}/tasks/${task}?view=terminal#token=${operatorTokenOf(world)}`);
  await shows(page, "I begin with the greeting.");
  await page.getByText("Only you are watching").waitFor();
  allow("first");
  await shows(page, "Now the second half.");

  const second = await watch();
  await shows(second, "I begin with the greeting.");
  await page.getByText("operator is watching too").waitFor();
  await second.setViewportSize({ width: 360, height: 740 });
  const tooWide = () =>
    [...document.querySelectorAll("body *")]
      .filter((one) => one.closest(".terminal-screen") === null && one.getBoundingClientRect().right > 360.5)
      .map((one) => one.className);
  expect(await second.evaluate(tooWide)).toEqual([]);
  expect(await second.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await second.context().close();
  await page.getByText("Only you are watching").waitFor();

  wire.cut();
  await page.getByText("The connection is lost.").waitFor();
  allow("second");
  wire.mend();
  const screen = await shows(page, "Here I wait.");
  expect(screen.match(/I begin with the greeting\./g)).toHaveLength(1);
  // Whoever watches changes nothing of the terminal's size.
  expect((await paneOf()).size).toBe("160x48");
  await page.context().close();
  await wire.close();
});

test("a program's commands to the terminal do nothing outside of it (S40)", async () => {
  const page = await watch();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await shows(page, "I begin with the greeting.");
  const title = await page.title();
  const commands = [
    "\x1b]0;owned\x07",
    "\x1b]2;owned\x1b\\",
    `\x1b]52;c;${Buffer.from("owned").toString("base64")}\x07`,
    "\x1b]8;;javascript:document.title='owned'\x1b\\LINK\x1b]8;;\x1b\\",
    "\x1bPtmux;\x1b\x1b]0;owned\x07\x1b\\",
    "\x1b[21t\x1b[c\x1b]10;?\x07",
    "%end 1 1 1\r\n%exit\r\n<img src=x onerror=\"document.title='owned'\">",
    "\x1b[38;2;250;120;120mTRUE COLOUR\x1b[0m \x1b[48;5;20mPALETTE\x1b[0m THE END",
  ];
  writeFileSync((await paneOf()).tty, `\r\n${commands.join("")}\r\n`);
  await shows(page, "THE END");
  const pages = page.context().pages().length;
  await page.locator(".xterm-rows").getByText("LINK").click({ force: true });
  expect(await page.title()).toBe(title);
  expect(page.context().pages()).toHaveLength(pages);
  expect(await page.evaluate(() => navigator.clipboard.readText())).not.toContain("owned");
  expect(await page.locator(".xterm img, .xterm a").count()).toBe(0);
  const colour = page.locator(".xterm-rows span", { hasText: "TRUE COLOUR" });
  expect(await colour.evaluate((element) => getComputedStyle(element).color)).toBe("rgb(250, 120, 120)");

  expect(await seriousFindings(page)).toEqual([]);

  // Keys go nowhere.
  await page.locator(".terminal-screen").click();
  await page.keyboard.type("typed");
  const typed = await shows(page, "THE END");
  expect(typed).not.toContain("typed");
  await page.context().close();
});

test("strangers, other sites, used tickets and talkative browsers are shown out (S31, S32, S36)", async () => {
  const address = (path: string) => new URL(path.replace(":task", task), world.server.url).href.replace("http", "ws");
  const bearer = { authorization: `Bearer ${operatorTokenOf(world)}` };
  const answerOf = (path: string, protocols: string[], headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(address(path), [terminalProtocol, ...protocols], {
        headers,
        handshakeTimeout: 5_000,
      });
      socket.on("unexpected-response", (_request, answer) => {
        resolve(answer.statusCode ?? 0);
        answer.destroy();
      });
      socket.on("open", () => socket.send("ls\n"));
      socket.on("close", (code) => resolve(code));
      socket.on("error", reject);
    });
  expect(await answerOf(terminalPath, [], {})).toBe(401);
  expect(await answerOf(terminalPath, [`${pageKeyPrefix}${"x".repeat(43)}`], {})).toBe(401);
  expect(await answerOf(terminalPath, [], { authorization: "Bearer guess" })).toBe(401);
  expect(await answerOf(terminalPath, [], { ...bearer, origin: "https://evil.test" })).toBe(403);
  expect(await answerOf(terminalPath, [], { ...bearer, host: "rebind.evil.test" })).toBe(421);
  expect(await answerOf("/api/tasks/TASK-999/terminal", [], bearer)).toBe(404);
  expect(await answerOf("/api/tasks/nonsense/terminal", [], bearer)).toBe(404);
  expect(await answerOf(runnerTerminalPath, [`${ticketPrefix}${"x".repeat(43)}`], bearer)).toBe(401);
  // Lets in, and cuts who says something.
  expect(await answerOf(terminalPath, [], bearer)).toBe(1008);
  // A browser's cookie alone is not enough.
  const opened = await fetch(new URL("/api/session", world.server.url), {
    method: "POST",
    headers: { ...bearer, "content-type": "application/json" },
    body: "{}",
  });
  const cookie = (opened.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const { pageKey } = (await opened.json()) as { pageKey: string };
  expect(await answerOf(terminalPath, [], { cookie })).toBe(401);
  expect(await answerOf(terminalPath, [`${pageKeyPrefix}${pageKey}`], { cookie })).toBe(1008);
  const plain = await fetch(new URL(terminalPath.replace(":task", task), world.server.url), { headers: bearer });
  expect(plain.status).toBe(426);
});

test("when the work has ended the page says so", async () => {
  const page = await watch();
  await shows(page, "Here I wait.");
  allow("third");
  await page.getByText("so that there is no terminal to see").waitFor();
  await page.context().close();
  expect(world.github.violations).toEqual([]);
});
