import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import type { Task } from "#protocol/task.ts";
import { seriousFindings } from "./axe.ts";
import { browsing } from "./browsing.ts";
import { aRun, aTask } from "./facts.ts";
import { serveTasks } from "./serving.ts";

const { newPage } = browsing();

/** The page of one task, and what was said there. */
async function pageOf(task: Task): Promise<{ page: Page; said: string[] }> {
  const said: string[] = [];
  const done = (): { task: Task } => ({ task: { ...task, status: "in_progress", reason: null } });
  const server = await serveTasks({
    tasks: [task],
    lines: [],
    port: 0,
    more: {
      answerTask: ({ body }) => {
        said.push(`answer ${body.text}`);
        return done();
      },
      approveTask: () => {
        said.push("approve");
        return done();
      },
      sayToTask: ({ body }) => {
        said.push(`say ${body.text}`);
        return { task };
      },
    },
  });
  onTestFinished(server.close);
  const page = await newPage();
  await page.goto(`${server.url}/tasks/${task.name}#token=token`);
  await page.locator(".pulse.live").waitFor();
  return { page, said };
}

const asking = () => {
  const items = [
    {
      question: "Which greeting?",
      header: "Greeting",
      multiSelect: false,
      options: [
        { label: "bonjour", description: "formal" },
        { label: "salut", description: "<b>not</b> formal" },
      ],
    },
  ];
  const question = { items, askedAt: "2026-11-21T12:00:00.000Z", until: "2026-11-22T12:00:00.000Z", answer: null };
  const reason = { code: "question", sentence: "Claude asks: Which greeting?" };
  return aTask({ status: "waiting", reason, runs: [aRun({ status: "waiting", reason, question })] });
};

test("a choice answers what Claude asks; the box is gone then", async () => {
  const { page, said } = await pageOf(asking());
  await page.getByText("<b>not</b> formal").waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "salut" }).click();
  await page.getByText("Claude has your answer.").waitFor();
  await page.getByRole("region", { name: "Claude asks" }).waitFor({ state: "detached" });
  expect(said).toEqual(["answer 2"]);
});

test("so do one's own words", async () => {
  const { page, said } = await pageOf(asking());
  await page.getByLabel("Or answer in your own words").fill("Both, in turn.");
  await page.getByRole("button", { name: "Answer", exact: true }).click();
  await page.getByText("Claude has your answer.").waitFor();
  expect(said).toEqual(["answer Both, in turn."]);
});

test("a plan is read, changed by words, and approved", async () => {
  const reason = { code: "plan_waits", sentence: "A plan waits for approval." };
  const summary = "# The plan\n\n1. Greet <script>alert(1)</script>\n2. Test it";
  const run = aRun({ purpose: "plan", status: "completed", conclusion: "success", summary });
  const { page, said } = await pageOf(aTask({ status: "waiting", reason, runs: [run] }));
  const box = page.getByRole("region", { name: "Claude's plan" });
  await box.getByText("Test it").waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await box.getByLabel("Or say what to change").fill("Test it first.");
  await box.getByRole("button", { name: "Revise" }).click();
  await page.getByText("Claude makes another plan.").waitFor();
  await box.getByRole("button", { name: "Approve plan" }).click();
  await page.getByText("The plan is approved.").waitFor();
  expect(said).toEqual(["say Test it first.", "approve"]);
});

test("what Claude has not heard yet is shown, so that nobody says it twice", async () => {
  const unheard = [{ by: "grace", text: "Be <b>brief</b>.", at: new Date().toISOString() }];
  const { page } = await pageOf(aTask({ status: "in_progress", runs: [aRun()], unheard }));
  const list = page.getByRole("list", { name: "On its way to Claude" });
  await list.getByText("Be <b>brief</b>.").waitFor();
  expect(await list.textContent()).toContain("grace, just now");
});

test("a task that nobody works on has no box", async () => {
  const { page } = await pageOf(aTask({ status: "completed", conclusion: "failure" }));
  await page.getByRole("navigation", { name: "Of this task" }).waitFor();
  expect(await page.locator(".words").count()).toBe(0);
});
