import { expect, test } from "vitest";
import { atShowcase } from "./browsing.ts";

const at = atShowcase();
const { visit } = at;

test("a card says what it takes: diff, checks, context, cost, age", async () => {
  const page = await visit("/");
  const working = page.locator("[data-task=TASK-1]");
  await working.getByText("31 % context").waitFor();
  await page.locator("[data-task=TASK-3]").getByText("+48").waitFor();
});

test("a failed task that is dragged to the queue is tried again, and one within the queue gets a priority", async () => {
  const page = await visit("/");
  await page.locator("[data-task=TASK-4]").dragTo(page.locator("[data-column=queued]"));
  await page.getByText("TASK-4 is queued again.").waitFor();
  await page.locator("[data-task=TASK-2]").dragTo(page.locator("[data-column=queued] h2"));
  await page.getByText("TASK-2 has high priority now.").waitFor();
  expect(at.server.asked).toEqual(["retry TASK-4", "prioritise TASK-2 high"]);
});

test("a task at work that is dragged to what is done is stopped, when that is meant", async () => {
  const page = await visit("/");
  await page.locator("[data-task=TASK-1]").dragTo(page.locator("[data-column=done]"));
  await page.getByRole("dialog", { name: "Stop TASK-1?" }).waitFor();
  await page.getByRole("button", { name: "Go on" }).click();
  const asked = at.server.asked.length;
  // Dropped where it means nothing, nothing is done.
  await page.locator("[data-task=TASK-1]").dragTo(page.locator("[data-column=in_review]"));
  expect(at.server.asked.length).toBe(asked);
  // The same by keys alone.
  await page.locator("[data-task=TASK-1] [data-open]").focus();
  await page.keyboard.press("s");
  await page.getByRole("dialog", { name: "Stop TASK-1?" }).waitFor();
  await page.keyboard.press("Escape");
});

test("the same is there by keys alone, in the card's menu, greyed where it cannot be", async () => {
  const page = await visit("/");
  await page.getByRole("button", { name: "More for TASK-6" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  expect(await page.getByRole("menuitem", { name: "Retry" }).getAttribute("aria-disabled")).toBe("true");
  await page.getByRole("menuitem", { name: "Low priority" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("TASK-6: Low priority.").waitFor();
  expect(at.server.asked.at(-1)).toBe("prioritise TASK-6 low");
});

test("remarks on lines are gathered, and go to Claude as one message", async () => {
  const page = await visit("/tasks/TASK-1");
  await page.getByRole("link", { name: "Changes" }).click();
  await page.locator(".line-added").first().waitFor();
  await page.getByRole("button", { name: "Remark on line 3" }).click();
  await page.keyboard.type("Greet strangers too.");
  await page.keyboard.press("Control+Enter");
  await page.getByText("1 remark, not sent yet").waitFor();
  await page.getByRole("button", { name: "Remark on line 1", exact: true }).click();
  await page.keyboard.type("Is this needed?");
  await page.getByRole("button", { name: "Keep the remark" }).click();
  await page.getByText("2 remarks, not sent yet").waitFor();
  await page.getByRole("button", { name: "Send to Claude" }).click();
  await page.getByText("Claude is told.").waitFor();
  expect(at.server.asked.at(-1)).toBe("remark TASK-1 src/greet.ts:3 src/greet.ts:1");
  expect(await page.locator(".remark").count()).toBe(0);
});

test("a task's page offers everything that can be done to it", async () => {
  const page = await visit("/tasks/TASK-2");
  await page.getByRole("button", { name: "More for TASK-2" }).click();
  const items = await page.getByRole("menuitem").allTextContents();
  expect(items.join(" ")).toMatch(
    /Stop.*Tell Claude.*Open issue.*Retry.*It has not ended yet.*Open pull request.*priority/,
  );
  await page.keyboard.press("Escape");
  await page.goto(`${at.server.url}/tasks/TASK-1?why=1`);
  await page.getByText("No runner has the label gpu.").waitFor();
  const panel = page.getByRole("region", { name: "Pull request" });
  await panel.getByText("1 of 3 checks failed").waitFor();
  await panel.getByText("grace asked for changes").waitFor();
  expect(await panel.getByRole("listitem").allTextContents()).toEqual([
    "test (node 24)failed",
    "deploy/previewunder way",
    "lintpassed",
    expect.stringContaining("grace asked for changes"),
  ]);
  const editor = page.getByRole("link", { name: "Open in editor" });
  expect(await editor.getAttribute("href")).toBe("vscode://file/home/ada/my%20work/TASK-1");
  await page.getByText("48k tokens in, 9k out").waitFor();
  await page.getByRole("button", { name: "More for TASK-1" }).click();
  const top = await page.getByRole("menu").evaluate((menu) => menu.getBoundingClientRect().top);
  expect(top).toBeGreaterThan(0);
});

test("a run that ended badly offers another attempt where it stands in the timeline, and an older one says why not", async () => {
  const page = await visit("/tasks/TASK-4");
  const runs = page.getByRole("region", { name: "Runs" });
  await runs.getByText("npm test ended with 1").waitFor();
  await runs.locator("summary").last().click();
  const older = runs.getByRole("button", { name: "Retry: Implement, attempt 1" });
  expect(await older.getAttribute("aria-disabled")).toBe("true");
  await runs.getByText("A later run took its place.").waitFor();
  const asked = at.server.asked.length;
  await older.focus();
  await page.keyboard.press("Enter");
  await page.getByText("TASK-4: A later run took its place.").waitFor();
  expect(at.server.asked.length).toBe(asked);
  await runs.getByRole("button", { name: "Retry: Implement, attempt 2" }).click();
  await page.getByText("TASK-4 is queued again.").waitFor();
  expect(at.server.asked.at(-1)).toBe("retry TASK-4");
  // Nothing that went well offers it.
  await page.goto(`${at.server.url}/tasks/TASK-3`);
  await page.getByRole("region", { name: "Runs" }).waitFor();
  expect(await page.getByRole("button", { name: /^Retry:/ }).count()).toBe(0);
});

test("a runner is paused with a note that the others see, and resumed", async () => {
  const page = await visit("/runners");
  const laptop = page.getByRole("region", { name: "Runner laptop" });
  await laptop.locator(".plot canvas").waitFor();
  await laptop.getByRole("button", { name: "Pause" }).click();
  await page.getByLabel("A note for the others").fill("new disk");
  await page.keyboard.press("Enter");
  await page.getByText("laptop is paused.").waitFor();
  await laptop.getByText("new disk").first().waitFor();
  await laptop.getByRole("button", { name: "Resume" }).click();
  await page.getByText("laptop takes runs again.").waitFor();
});

test("the keys do what can be done: open, approve, answer and say, edit, stop", async () => {
  const page = await visit("/");
  const selected = () => page.evaluate(() => document.activeElement?.closest<HTMLElement>("[data-task]")?.dataset.task);
  const steps = [];
  for (const key of ["j", "j", "k", "l", "h"]) {
    await page.keyboard.press(key);
    steps.push(await selected());
  }
  expect(steps[1]).not.toBe(steps[0]);
  expect([steps[2], steps[4]]).toEqual([steps[0], steps[0]]);
  await page.locator("[data-task=TASK-7] [data-open]").focus();
  await page.keyboard.press("e");
  await page.waitForURL(/TASK-7/);
  await page.keyboard.press("m");
  await page.locator("textarea:focus").waitFor();
  await page.keyboard.type("Smaller steps.");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Claude makes another plan.").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("a");
  await page.getByText("TASK-7 is approved.").waitFor();
  await page.keyboard.press("r");
  await page.getByText("TASK-7: It has not ended yet.").first().waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard" }).getByText("Approve what waits for it").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "More for TASK-7" }).click();
  await page.getByRole("menuitem", { name: "Edit", exact: true }).click();
  await page.getByLabel("Dollars for each run").fill("3.5");
  await page.keyboard.press("Enter");
  await page.getByText("TASK-7 is changed.").waitFor();
  expect(at.server.asked.slice(-3)).toEqual(["say TASK-7 Smaller steps.", "approve TASK-7", 'edit TASK-7 {"usd":3.5}']);
});

test("what a receiver of webhooks never took is shown with the reason, and sent again", async () => {
  const page = await visit("/settings");
  await page.getByText("1 message was given up").click();
  await page
    .getByRole("row", { name: /task.completed/ })
    .getByText("503, 14 tries")
    .waitFor();
  await page.getByRole("button", { name: "Send task.completed again" }).click();
  await page.getByText("It is sent again.").waitFor();
  await expect.poll(() => page.getByRole("row", { name: /task.completed/ }).count()).toBe(0);
  expect(at.server.asked.at(-1)).toBe("send again 9");
});

test("the settings say what it takes that people sign in with GitHub", async () => {
  const page = await visit("/settings");
  const people = page.getByRole("region", { name: /^People who asked/ });
  await people.getByText("Sign-in takes CC_ORCHESTRATOR_PUBLIC_URL.").waitFor();
});

test("a task is made of an issue, or in one's own words of a repository on the server's machine", async () => {
  const page = await visit("/");
  await page.keyboard.press("c");
  await page.getByLabel("Issue", { exact: true }).fill("octo/hello#7");
  await page.getByText("Claude will work on issue #7 of octo/hello").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/TASK-2/);
  await page.goto(`${at.server.url}/`);
  await page.locator(".pulse.live").waitFor();
  await page.keyboard.press("c");
  await page.getByRole("button", { name: "Your own words" }).click();
  await page.getByLabel("What is to be done").fill("Greet in French");
  await page.getByLabel("Repository").last().fill("/home/ada/hello");
  await page.getByRole("button", { name: "Take it up" }).click();
  await page.waitForURL(/TASK-2/);
  const wish = { folder: "/home/ada/hello", title: "Greet in French", body: "", by: "ada", run: true };
  expect(at.server.asked.slice(-2)).toEqual([
    `create ${JSON.stringify({ repository: "octo/hello", issue: 7 })}`,
    `create ${JSON.stringify(wish)}`,
  ]);
});
