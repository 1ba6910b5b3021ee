import type { Page } from "playwright-core";
import type { LiveEvent } from "#protocol/live.ts";
import { aLine } from "#test/dashboard/facts.ts";

export type MillionLines = {
  /** Until all of them were on the page, in milliseconds. */
  takenIn: number;
  /** Frames of more than 100 ms while they were scrolled through: by wheel, and in leaps over the whole length. */
  late: number;
  frames: number;
  /** From being said to being seen, with a million there; milliseconds. */
  latency: number[];
  /** Until a word that nobody uses was looked for in all of them. */
  search: number;
};

const [batches, size, together] = [500, 2_000, 20];

/** Fills the logs page with a million lines by the stream, and scrolls through them. */
export async function measureMillionLines(
  page: Page,
  of: { url: string; publish: (body: LiveEvent["body"]) => void; rounds: number },
): Promise<MillionLines> {
  const say = (lines: string[]) =>
    of.publish({ kind: "log", task: "TASK-1", runId: 1, lines: lines.map((text) => aLine("tool", text)) });
  await page.goto(`${of.url}/logs`);
  await page.locator(".pulse.live").waitFor();
  await page.locator(".log-history").waitFor();
  const begun = performance.now();
  for (let batch = 0; batch < batches; batch += 1) {
    say(
      Array.from({ length: size }, (_, n) => `Bash npm test -- --shard=${batch} line ${batch * size + n} of a million`),
    );
    // The server lets go of what a viewer does not read in time: no faster than it is taken in.
    if (batch % together === together - 1)
      await page.getByText(`line ${(batch + 1) * size - 1} of a million`).waitFor({ timeout: 120_000 });
  }
  const takenIn = performance.now() - begun;

  await countFrames(page);
  await page.locator(".log-list").hover();
  for (let step = 0; step < 60; step += 1) {
    await page.mouse.wheel(0, step % 2 === 0 ? -2_400 : -600);
    await nextFrame(page);
  }
  for (const part of [0.5, 0.1, 0.9, 0, 0.7, 1]) {
    await page.locator(".log-list").evaluate((list, to) => list.scrollTo(0, list.scrollHeight * to), part);
    for (let step = 0; step < 10; step += 1) await nextFrame(page);
  }
  const { late, frames } = await framesSince(page);

  const follow = page.getByRole("button", { name: /^Follow/ });
  if ((await follow.count()) > 0) await follow.click();
  const latency: number[] = [];
  for (let round = 0; round < of.rounds; round += 1) {
    const told = performance.now();
    say([`said last in round ${round}`]);
    await page.getByText(`said last in round ${round}`).waitFor();
    latency.push(performance.now() - told);
  }
  const asked = performance.now();
  await page.getByLabel("Search lines").fill("nobody-says-this");
  await page.getByText("No line is like that.").waitFor();
  return { takenIn, late, frames, latency, search: performance.now() - asked };
}

type Counted = { counted: { late: number; frames: number; last: number } };

/** Begins to count the page's frames. */
export async function countFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const counted = { late: 0, frames: 0, last: performance.now() };
    Object.assign(globalThis, { counted });
    const look = (now: number) => {
      counted.frames += 1;
      if (now - counted.last > 100) counted.late += 1;
      counted.last = now;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** How many there were since, and how many of them took more than 100 ms. */
export function framesSince(page: Page): Promise<{ late: number; frames: number }> {
  return page.evaluate(() => (globalThis as unknown as Counted).counted);
}

function nextFrame(page: Page): Promise<void> {
  return page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve())));
}
