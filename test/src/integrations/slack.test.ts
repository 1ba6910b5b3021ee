import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { escaped } from "#integrations/slack/escaped.ts";
import type { SlackPicture } from "#integrations/slack/message.ts";
import { openSlack } from "#integrations/slack/slack.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { type Elsewhere, ElsewhereBusyError, ElsewhereDownError } from "#operations/ports/elsewhere.ts";
import { showElsewhere } from "#operations/show-elsewhere.ts";
import { showTask } from "#operations/show-tasks.ts";
import type { Task } from "#protocol/task.ts";
import { openSlackStandIn, type SlackStandIn } from "#test/slack/slack.ts";
import { type Bench, openBench } from "../operations/bench.ts";
import { labelled, quietGitHub } from "../operations/quiet-github.ts";

let bench: Bench;
let slack: SlackStandIn;
let place: Elsewhere;
beforeEach(async () => {
  const quiet = quietGitHub();
  const title = "Greet <!channel> in *French* & <https://evil.test|click>";
  bench = openBench(quiet.github);
  slack = await openSlackStandIn();
  const { apiUrl, token, channel } = slack;
  place = openSlack({ apiUrl, token, channel, people: { U1: "ada" }, clock: bench.world.clock });
  acceptDelivery(bench.world, labelled(1, bench.world.clock(), { title }));
  await bench.workDeliveries();
});
afterEach(async () => {
  expect(slack.violations).toEqual([]);
  bench.close();
  await slack.close();
});

const show = () => showElsewhere(bench.world, place, "TASK-1");
const inChannel = () => slack.messages.filter(({ threadTs }) => threadTs === undefined);

test("a task is one message that is kept up to date, and its thread tells each new status", async () => {
  await show();
  expect(inChannel().map(({ text }) => text.split(":")[0])).toEqual(["Working"]);
  cancelTask(bench.world, "TASK-1", "ada");
  await show();
  await show();
  expect(inChannel().map(({ edits }) => edits)).toEqual([1]);
  const [note] = slack.messages.filter(({ threadTs }) => threadTs !== undefined);
  expect(note).toMatchObject({ threadTs: inChannel()[0]?.ts, isBroadcast: true });
  expect(note?.text).toContain("Stopped by ada");
});

test("a message that was posted before its record was lost is found again by its metadata, not posted twice", async () => {
  slack.fail("chat.postMessage", { cut: "after" });
  await expect(show()).rejects.toThrow();
  expect(slack.messages).toHaveLength(1);
  await show();
  expect(slack.messages).toHaveLength(1);
  expect(bench.store.surfaces.get(1, "slack")?.remoteId).toBe(slack.messages[0]?.ts);
});

test("a message that somebody has deleted is posted anew, and keeps nothing else waiting", async () => {
  await show();
  slack.messages.splice(0);
  cancelTask(bench.world, "TASK-1", "ada");
  await show();
  expect(inChannel()).toHaveLength(1);
  expect(bench.store.surfaces.get(1, "slack")?.remoteId).toBe(inChannel()[0]?.ts);
});

test("a title is text: it calls nobody, links nowhere and formats nothing", async () => {
  await show();
  const shown = JSON.stringify(slack.messages[0]?.blocks);
  expect(shown).toContain("&lt;!channel&gt;");
  expect(shown).not.toContain("<!channel>");
  expect(shown).not.toContain("<https://evil");
  expect(escaped("*bold* <@U1>\n& so on", 100)).toBe("\u200b*bold\u200b* &lt;@U1&gt; &amp; so on");
});

test("when Slack wants rest nothing is sent until then; when it refuses for good, that is said with what to do", async () => {
  slack.fail("chat.postMessage", { retryAfter: 30 });
  const busy = await show().catch((error: unknown) => error);
  expect(busy).toBeInstanceOf(ElsewhereBusyError);
  expect((busy as ElsewhereBusyError).until).toBe(bench.world.clock() + 30_000);
  slack.fail("conversations.history", { error: "not_in_channel" });
  const refused = await show().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ElsewhereDownError);
  expect(String(refused)).toContain("invite the app to the channel");
});

describe("when it is quiet", () => {
  test("news stays in the thread, and is told aloud once when that is over", async () => {
    const { apiUrl, token, channel } = slack;
    // The bench's clock stands at 14:00.
    const quiet = { hours: { from: 13 * 60, to: 15 * 60 }, days: [], zone: "UTC" };
    place = openSlack({
      apiUrl,
      token,
      channel,
      people: {},
      notifications: { rules: [], quiet },
      clock: bench.world.clock,
    });
    await show();
    cancelTask(bench.world, "TASK-1", "ada");
    await show();
    const notes = () => slack.messages.filter(({ threadTs }) => threadTs !== undefined).map((one) => one.isBroadcast);
    expect(notes()).toEqual([false]);
    bench.pass(61 * 60_000);
    await show();
    await show();
    bench.pass(23 * 60 * 60_000);
    await show();
    expect(notes()).toEqual([false, true]);
  });

  test("an alert is a message to the channel that calls whom the rule names", async () => {
    await place.alert?.({ sentence: "The runner <!here> is not heard of.", who: ["ada", "grace"], isOver: false });
    expect(inChannel()[0]?.text).toBe("<@U1> :warning: The runner &lt;!here&gt; is not heard of.");
  });
});

describe("who is called", () => {
  const waiting = () => {
    const task = showTask(bench.world, "TASK-1");
    return { ...task, status: "waiting" as const, reason: { code: "question", sentence: "Which greeting?" } };
  };
  const noteOf = (task: Task) => (place.picture(task, null) as SlackPicture).note;
  test("whoever asked, when the task needs them; nobody when it goes on by itself", () => {
    expect(noteOf(waiting())).toEqual({
      text: "<@U1> :raising_hand: Needs you: Which greeting?",
      broadcast: true,
    });
    const limited = {
      ...waiting(),
      reason: { code: "usage_limit", sentence: "Resumes 14:05.", until: "2026-11-22T14:05:00Z" },
    };
    expect(noteOf(limited)).toMatchObject({
      broadcast: false,
    });
  });
});
