import { describe, expect, test } from "vitest";
import { notificationOf, type Occasion } from "#domain/notification.ts";
import {
  healthEvents,
  type NotificationPolicy,
  type NotificationRule,
  type QuietHours,
  taskEvents,
  usualNotifications,
} from "#protocol/notification.ts";

const at = (time: string) => Date.parse(`2026-11-${time}Z`);
/** Saturday noon in UTC. */
const noon = at("21T12:00:00");
const anOccasion = (of: Partial<Occasion> = {}): Occasion => ({
  event: "needs_you",
  surface: "slack",
  repository: "acme/shop",
  priority: "normal",
  requestedBy: "ada",
  since: noon,
  ...of,
});
const aRule = (of: Partial<NotificationRule>): NotificationRule => ({
  events: null,
  surfaces: null,
  repositories: null,
  priorities: null,
  loudness: "thread",
  who: null,
  isUrgent: false,
  ...of,
});

test("without rules who is needed is called, failures and troubles are for all, the rest stays in the thread", () => {
  const said = [...taskEvents, ...healthEvents].map((event) => {
    const { loudness, who } = notificationOf(usualNotifications, anOccasion({ event }), noon);
    return `${event} ${loudness} ${who.join()}`.trim();
  });
  expect(said).toEqual([
    "needs_you mention ada",
    "working thread",
    "review thread",
    "done thread",
    "failed channel",
    "runner_lost channel",
    "queue_stuck channel",
    "budget_near channel",
    "integration_failing channel",
  ]);
});

test.each<[string, Partial<NotificationRule>, Partial<Occasion>, boolean]>([
  ["everything", {}, {}, true],
  ["its events", { events: ["failed"] }, { event: "failed" }, true],
  ["no others", { events: ["failed"] }, {}, false],
  ["its places", { surfaces: ["discord"] }, { surface: "discord" }, true],
  ["no other place", { surfaces: ["discord"] }, {}, false],
  ["a repository", { repositories: ["Acme/Shop"] }, {}, true],
  ["an owner's repositories", { repositories: ["acme/*"] }, {}, true],
  ["no namesake's", { repositories: ["acme/*"] }, { repository: "acmes/shop" }, false],
  ["no repository where there is none", { repositories: ["acme/*"] }, { repository: null }, false],
  ["its priorities", { priorities: ["high"] }, { priority: "high" }, true],
  ["no other priority", { priorities: ["high"] }, {}, false],
])("a rule fits %s", (_what, rule, occasion, fits) => {
  const rules = [aRule({ ...rule, loudness: "nothing" })];
  expect(notificationOf({ rules, quiet: null }, anOccasion(occasion), noon).loudness === "nothing").toBe(fits);
});

test("the first rule that fits counts, and names who is called", () => {
  const rules = [aRule({ events: ["failed"], loudness: "mention", who: ["grace"] }), aRule({ loudness: "nothing" })];
  expect(notificationOf({ rules, quiet: null }, anOccasion({ event: "failed" }), noon)).toEqual({
    loudness: "mention",
    who: ["grace"],
  });
  expect(notificationOf({ rules, quiet: null }, anOccasion(), noon).loudness).toBe("nothing");
});

describe("quiet hours", () => {
  /** Paris is an hour ahead of UTC in November. */
  const nights: QuietHours = { hours: { from: 22 * 60, to: 7 * 60 }, days: [], zone: "Europe/Paris" };
  const policy: NotificationPolicy = { rules: [], quiet: nights };
  test.each([
    ["in the day", "21T12:00:00", "21T12:00:00", "mention"],
    ["a minute before they begin", "21T20:59:00", "21T20:59:00", "mention"],
    ["when they begin", "21T21:00:00", "21T21:00:00", "thread"],
    ["at night", "22T02:00:00", "22T02:00:00", "thread"],
    ["in the morning, of what came at night", "22T02:00:00", "22T06:00:00", "mention"],
    ["at night, of what was said in the day", "21T12:00:00", "21T23:00:00", "mention"],
    ["the next night, of what came last night", "21T23:00:00", "22T23:00:00", "mention"],
  ])("%s", (_when, since, now, loudness) => {
    expect(notificationOf(policy, anOccasion({ since: at(since) }), at(now)).loudness).toBe(loudness);
  });

  test("a whole weekend is quiet, with the nights around it; what is urgent is told at any time", () => {
    const quiet = { ...nights, days: [0, 6] };
    const said = (now: string, rules: NotificationRule[] = []) =>
      notificationOf({ rules, quiet }, anOccasion({ since: at("20T22:00:00") }), at(now)).loudness;
    expect([said("21T12:00:00"), said("22T12:00:00"), said("23T05:59:00"), said("23T06:00:00")]).toEqual([
      "thread",
      "thread",
      "thread",
      "mention",
    ]);
    expect(said("22T12:00:00", [aRule({ loudness: "mention", isUrgent: true })])).toBe("mention");
    expect(said("22T12:00:00", [aRule({ loudness: "nothing" })])).toBe("nothing");
  });
});
