// What the dashboard costs and how quickly it is, in a real browser on loopback:
//   node bench/dashboard.ts [rounds] [--write]
// 500 tasks with 100 instances at work. With --write the table goes into docs/performance.md.
import { readdirSync, readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import type { Task } from "#protocol/task.ts";
import { openBrowser } from "#test/dashboard/browser.ts";
import { ensureBuilt } from "#test/dashboard/built.ts";
import { aLine, aRun, aTask } from "#test/dashboard/facts.ts";
import { serveTasks } from "#test/dashboard/serving.ts";
import { countFrames, framesSince, measureMillionLines } from "./million-lines.ts";
import { writeTable } from "./table.ts";

const root = join(import.meta.dirname, "..");
const rounds = Math.max(5, Number(process.argv[2]) || 10);
const working = 100;
const progress = { todos: [], turns: 1, inputTokens: 1, outputTokens: 1, costUsd: 0.1 };

type Row = readonly [what: string, measured: string, goal: string];

const median = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
const seconds = (value: number) => `${(value / 1_000).toFixed(1)} s`;
const ms = (value: number) => `${value.toFixed(0)} ms`;

function tasksOf(): Task[] {
  return Array.from({ length: 500 }, (_, n) => {
    const [status, conclusion] = n < working ? (["in_progress", null] as const) : (["completed", "failure"] as const);
    const run = aRun({ id: n + 1, status: n < working ? "in_progress" : "completed", conclusion });
    return aTask({ id: n + 1, status, conclusion, updatedAt: new Date().toISOString(), runs: [run] });
  });
}

/** What a first visit fetches, and what is fetched when somebody looks at a chart. */
function bundles(): { first: number; charts: number } {
  const folder = join(root, "dist/dashboard");
  const index = readFileSync(join(folder, "index.html"), "utf8");
  const named = [...index.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
  const packed = (path: string) => gzipSync(readFileSync(join(folder, path))).length;
  const charts = readdirSync(join(folder, "assets")).filter((name) => name.startsWith("plot-"));
  const sum = (paths: readonly string[]) => paths.reduce((all, path) => all + packed(path), 0);
  return { first: sum(["index.html", ...named]), charts: sum(charts.map((name) => `assets/${name}`)) };
}

async function firstPaint(page: Page, url: string): Promise<{ paint: number; whole: number }> {
  await page.goto(url);
  await page.locator("[data-task]").first().waitFor();
  return page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
    whole: performance.now(),
  }));
}

/** All instances say something at once: when the last of it is on the page, and how many frames came late meanwhile. */
async function updates(page: Page, publish: (word: string) => void): Promise<{ latency: number[]; late: number }> {
  const latency: number[] = [];
  await countFrames(page);
  for (let round = 0; round < rounds; round += 1) {
    const word = `round ${round} of the last`;
    const seen = page.getByText(word, { exact: true }).waitFor();
    const told = performance.now();
    publish(word);
    await seen;
    latency.push(performance.now() - told);
  }
  return { latency, late: (await framesSince(page)).late };
}

async function measure(): Promise<Row[]> {
  await ensureBuilt();
  const tasks = tasksOf();
  const [browser, server] = await Promise.all([openBrowser(), serveTasks({ tasks, lines: [], port: 0 })]);
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(`${server.url}/#token=token`);
    await page.locator("[data-task]").first().waitFor();
    const paints = [];
    for (let round = 0; round < rounds; round += 1) paints.push(await firstPaint(page, `${server.url}/`));
    const { latency, late } = await updates(page, (word) => {
      for (const task of tasks.slice(0, working)) {
        const activity = task.id === working ? word : `${word}, not this one`;
        const run = aRun({ id: task.id, progress: { ...progress, activity } });
        server.live.publish({ kind: "task", task: { ...task, runs: [run] } });
        server.live.publish({ kind: "log", task: task.name, runId: run.id, lines: [aLine("say", word)] });
      }
    });
    const lines = await measureMillionLines(page, { url: server.url, publish: server.live.publish, rounds });
    const { first, charts } = bundles();
    const kb = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
    return [
      ["first paint", ms(median(paints.map(({ paint }) => paint))), "under 1 s"],
      ["500 tasks on the board", ms(median(paints.map(({ whole }) => whole))), ""],
      ["the first page, gzip", kb(first), "at most 60 KB"],
      ["the charts, when they are looked at, gzip", kb(charts), ""],
      [`${working} instances say something at once: until the last is seen, median`, ms(median(latency)), "under 1 s"],
      ["the same, slowest", ms(Math.max(...latency)), "under 1 s"],
      [`frames of more than 100 ms in these ${rounds} rounds`, String(late), "none"],
      ["a million log lines: until all are on the page", seconds(lines.takenIn), ""],
      [`frames of more than 100 ms while scrolling through them, of ${lines.frames}`, String(lines.late), "none"],
      ["another line, with a million there: until it is seen, slowest", ms(Math.max(...lines.latency)), "under 1 s"],
      ["a word that nobody uses, looked for in all of them", ms(lines.search), ""],
    ];
  } finally {
    await browser.close();
    await server.close();
  }
}

function render(rows: readonly Row[]): string {
  return [
    "| what | measured | goal |",
    "| --- | --- | --- |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
    `${rounds} rounds with Chromium without a window, on ${cpus().length} processors with a load of ${(loadavg()[0] ?? 0).toFixed(1)}, Node ${process.versions.node}.`,
  ].join("\n");
}

const table = render(await measure());
process.stdout.write(`${table}\n`);
if (process.argv.includes("--write")) writeTable("dashboard", "The dashboard", "bench/dashboard.ts", table);
