import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import type { LogQuery } from "#protocol/log-search.ts";
import type { LogLine } from "#protocol/report.ts";
import { lineName } from "../../dashboard/domain/line-filter.ts";
import { browsing } from "./browsing.ts";
import { aLine, aRun, aTask } from "./facts.ts";
import { serveTasks } from "./serving.ts";
import { openWire } from "./wire.ts";

const { newPage } = browsing();

/** A server with these lines, two at a time, that writes down what it is asked for. */
async function visit(path: string, lines: readonly LogLine[]) {
  const asked: LogQuery[] = [];
  const tasks = [aTask({ status: "in_progress", runs: [aRun()] })];
  const found = lines.map((line, at) => ({ ...line, id: `31.${at}`, task: "TASK-12", run: 31, runner: "laptop" }));
  const server = await serveTasks({
    tasks,
    lines,
    port: 0,
    more: {
      searchLogs: ({ query }) => {
        asked.push(query);
        const fits = found
          .toReversed()
          .filter(({ at, text }) => text.includes(query.q) && at >= (query.from ?? "") && (!query.to || at < query.to));
        const from = Number(query.cursor?.split(".")[2] ?? 0);
        const next = from + 2 < fits.length ? `31.12.${from + 2}` : null;
        return { lines: fits.slice(from, from + 2), next };
      },
    },
  });
  onTestFinished(server.close);
  const page = await newPage({
    viewport: { width: 1280, height: 600 },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const wire = await openWire(server.url);
  onTestFinished(wire.close);
  await page.goto(`${wire.url}${path}#token=token`);
  await page.locator(".log-row").first().waitFor();
  return { page, asked, server, wire };
}

const texts = (page: Page) => page.locator(".log-text").allTextContents();

test("the logs go back as far as the server has them, and are searched there", async () => {
  const lines = Array.from({ length: 12 }, (_, n) => aLine("say", `line ${n % 2 === 0 ? "even" : "odd"} ${n}`, n));
  const { page, asked } = await visit("/logs", lines);
  await page.getByRole("button", { name: "Look further back" }).click();
  await page.getByText("back to the beginning").waitFor();
  await expect.poll(() => texts(page)).toEqual(lines.map(({ text }) => text));
  await page.getByLabel("Search lines").fill("even");
  await page.waitForURL(/q=even/);
  await expect
    .poll(() => texts(page))
    .toEqual(lines.filter(({ text }) => text.includes("even")).map(({ text }) => text));
  await page.getByText("6 of 12 lines").waitFor();
  await expect.poll(() => asked.at(-1)?.q).toBe("even");
  await page.getByLabel("Level").selectOption("Errors");
  await page.getByText("No line is like that.").waitFor();
});

test("a link leads to its line, though it is not among the newest, and what comes does not move it away", async () => {
  const lines = Array.from({ length: 400 }, (_, n) => aLine("say", `line ${n}`, n));
  const { page, server } = await visit("/logs", lines);
  await page.locator(".log-row", { hasText: "line 399" }).click();
  await page.getByRole("button", { name: /Copy a link/ }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain("/logs?line=TASK-12%40");
  await page.goto(link);
  const selected = page.locator(".log-row.is-selected");
  await selected.getByText("line 399").waitFor();
  await page.locator(".pulse.live").waitFor();
  for (let n = 0; n < 50; n += 1)
    server.live.publish({ kind: "log", task: "TASK-12", runId: 31, lines: [aLine("say", `new ${n}`, 500 + n)] });
  await page.getByRole("button", { name: "Follow (50 new)" }).waitFor();
  expect(await selected.isVisible()).toBe(true);
  await page.getByRole("button", { name: "Follow (50 new)" }).click();
  await page.locator(".log-row", { hasText: "new 49" }).waitFor();
});

test("a line that is linked to is looked up on the server, however old it is; one that is gone leaves the newest", async () => {
  const lines = Array.from({ length: 400 }, (_, n) => aLine("say", `line ${n}`, n));
  const [, , , line = aLine("say", "")] = lines;
  const link = (name: string) => `/logs?line=${encodeURIComponent(name)}&task=TASK-12`;
  const { page, asked, wire } = await visit(link(lineName({ task: "TASK-12", line })), lines);
  await page.locator(".log-row.is-selected").getByText("line 3", { exact: true }).waitFor();
  await page.getByRole("region", { name: "The selected line" }).getByText("line 3").waitFor();
  const to = new Date(Date.parse(line.at) + 1).toISOString();
  expect(asked).toContainEqual(expect.objectContaining({ task: "TASK-12", from: line.at, to }));
  // Nothing between it and the newest was fetched for that.
  expect(asked.length).toBeLessThan(10);
  expect(await texts(page)).not.toContain("line 200");
  await page.goto(`${wire.url}${link("TASK-12@2020-01-01T00:00:00.000Z~1")}`);
  await page.getByText("line 399", { exact: true }).waitFor();
  expect(await page.locator(".log-row.is-selected").count()).toBe(0);
  await page.getByText("The line that this address leads to is not kept any more.").waitFor();
  await page.getByRole("button", { name: "Show the newest" }).click();
  await expect.poll(() => page.url()).not.toContain("line=");
});

test("a stream that is cut again and again while lines come loses none and doubles none", async () => {
  const { page, server, wire } = await visit("/logs", [aLine("say", "line 0", -1)]);
  let said = 1;
  const say = (count: number) => {
    for (let n = 0; n < count; n += 1) {
      server.live.publish({ kind: "log", task: "TASK-12", runId: 31, lines: [aLine("say", `line ${said}`)] });
      said += 1;
    }
  };
  for (let round = 0; round < 3; round += 1) {
    say(40);
    wire.cut();
    say(40);
    await page.locator(".pulse.stale").waitFor();
    wire.mend();
    say(40);
    await page.locator(".pulse.live").waitFor();
  }
  await page.getByText(`line ${said - 1}`, { exact: true }).waitFor();
  await page.getByText("361 lines").waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTitle("Download").click()]);
  const text = await readFile(await download.path(), "utf8");
  expect(text.match(/line \d+$/gm)).toEqual(Array.from({ length: said }, (_, n) => `line ${n}`));
});

test("hundreds of thousands of lines are scrolled through from end to end, with a handful of elements", async () => {
  const { page, server } = await visit("/logs", [aLine("say", "the very first", -1)]);
  const [batches, size] = [150, 2_000];
  for (let batch = 0; batch < batches; batch += 1) {
    const lines = Array.from({ length: size }, (_, n) => aLine("say", `line ${batch * size + n}`));
    server.live.publish({ kind: "log", task: "TASK-12", runId: 31, lines });
    if (batch % 25 === 24) await page.getByText(`line ${batch * size + size - 1}`, { exact: true }).waitFor();
  }
  const list = page.locator(".log-list");
  await page.locator(".log-list").hover();
  expect(await page.locator(".log-row").count()).toBeLessThan(80);
  await page.mouse.wheel(0, -480);
  await page.getByText(`line ${batches * size - 30}`, { exact: true }).waitFor();
  await list.evaluate((element) => element.scrollTo(0, 0));
  await page.getByText("the very first", { exact: true }).waitFor();
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
  await expect
    .poll(async () => Math.abs(Number((await texts(page)).at(0)?.slice(5)) / (batches * size) - 0.5))
    .toBeLessThan(0.05);
});
