import { expect, onTestFinished, test } from "vitest";
import { browsing } from "./browsing.ts";
import { aLine, aRun, aTask } from "./facts.ts";
import { serveTasks } from "./serving.ts";

const progress = { todos: [], turns: 1, inputTokens: 1, outputTokens: 1, costUsd: 0 };

const { newPage } = browsing();

async function visit(url: string) {
  const page = await newPage({ reducedMotion: "no-preference" });
  await page.goto(`${url}#token=token`);
  return page;
}

test("500 tasks with 100 instances at work are shown, and each change within a second", async () => {
  const tasks = Array.from({ length: 500 }, (_, n) => {
    const [status, conclusion] = n < 100 ? (["in_progress", null] as const) : (["completed", "failure"] as const);
    const run = aRun({ id: n + 1, status: n < 100 ? "in_progress" : "completed", conclusion });
    return aTask({ id: n + 1, status, conclusion, updatedAt: new Date().toISOString(), runs: [run] });
  });
  const { url, live, close } = await serveTasks({ tasks, lines: [], port: 0 });
  onTestFinished(close);
  const page = await visit(`${url}/`);
  await page.locator("[data-task]").first().waitFor();
  expect(await page.locator("[data-task]").count()).toBe(500);

  for (let round = 0; round < 10; round += 1) {
    for (const task of tasks.slice(0, 100)) {
      const run = aRun({ id: task.id, progress: { ...progress, activity: `step ${round} of ${task.name}` } });
      live.publish({ kind: "task", task: { ...task, runs: [run] } });
      live.publish({ kind: "log", task: task.name, runId: run.id, lines: [aLine("say", `line ${round}`)] });
    }
    const told = performance.now();
    await page.getByText(`step ${round} of TASK-100`, { exact: true }).waitFor({ timeout: 10_000 });
    // A second on a machine of one's own; tests share theirs.
    expect(performance.now() - told).toBeLessThan(process.env.CI ? 10_000 : 4_000);
  }
  await page.keyboard.press("3");
  await page.getByText("Nobody has said anything yet.").waitFor();
  for (const task of tasks.slice(0, 100))
    live.publish({ kind: "log", task: task.name, runId: task.id, lines: [aLine("say", "a"), aLine("say", "b")] });
  await page.locator(".log-row").first().waitFor();
  expect(await page.locator(".log-row").count()).toBeLessThan(100);
});

test("after the server's restart the page loads everything anew by itself, still signed in", async () => {
  const working = aTask({ status: "in_progress", runs: [aRun()] });
  const first = await serveTasks({ tasks: [working], lines: [aLine("say", "Before.")], port: 0 });
  const page = await visit(`${first.url}/tasks/TASK-12`);
  await page.getByRole("log").getByText("Before.").waitFor();
  await first.close();
  await page.getByRole("alert").getByText("The server does not answer.").waitFor();
  const second = await serveTasks({
    tasks: [aTask({ status: "in_review" })],
    lines: [aLine("say", "Before."), aLine("say", "Meanwhile.", 1)],
    port: first.port,
  });
  onTestFinished(second.close);
  await page.getByRole("log").getByText("Meanwhile.").waitFor();
  await page.locator(".task-line .badge", { hasText: "In review" }).waitFor();
  expect(await page.locator(".entry.say .markdown").allTextContents()).toEqual(["Before.", "Meanwhile."]);
  await page.locator(".pulse.live").waitFor();
});
