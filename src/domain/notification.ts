import {
  type Loudness,
  loudnesses,
  type NotificationEvent,
  type NotificationPolicy,
  type NotificationRule,
  type QuietHours,
} from "#protocol/notification.ts";
import type { Priority } from "#protocol/task.ts";

/** What is the case where no rule says otherwise: who is needed is called, a failure is for all, the rest in the thread. */
export const usualLoudness = {
  needs_you: "mention",
  working: "thread",
  review: "thread",
  done: "thread",
  failed: "channel",
  runner_lost: "channel",
  queue_stuck: "channel",
  budget_near: "channel",
  integration_failing: "channel",
} as const satisfies Record<NotificationEvent, Loudness>;

/** Something that may be said, and since when it is so; milliseconds since 1970. */
export type Occasion = {
  event: NotificationEvent;
  surface: string;
  /** Null for what concerns no single one. */
  repository: string | null;
  priority: Priority | null;
  requestedBy: string | null;
  since: number;
};

/** How it is said, and the GitHub logins of those who are called. */
export type Notification = { loudness: Loudness; who: readonly string[] };

/**
 * How something is said now. What comes in quiet hours is said in the thread, and as loudly as it is meant when they are
 * over; what was said before they began is not said again.
 */
export function notificationOf({ rules, quiet }: NotificationPolicy, occasion: Occasion, now: number): Notification {
  const rule = rules.find((one) => fits(one, occasion)) ?? null;
  const meant = rule?.loudness ?? usualLoudness[occasion.event];
  const isHushed = quiet !== null && rule?.isUrgent !== true && cameInQuiet(quiet, occasion.since, now);
  const loudness = isHushed && meant !== "nothing" ? "thread" : meant;
  const requester = occasion.requestedBy === null ? [] : [occasion.requestedBy];
  return { loudness, who: loudness === "mention" ? (rule?.who ?? requester) : [] };
}

/** Whether one is at least as loud as the other. */
export function isAsLoudAs(one: Loudness, other: Loudness): boolean {
  return loudnesses.indexOf(one) >= loudnesses.indexOf(other);
}

function fits(rule: NotificationRule, { event, surface, repository, priority }: Occasion): boolean {
  if (rule.events !== null && !rule.events.includes(event)) return false;
  if (rule.surfaces !== null && !rule.surfaces.includes(surface)) return false;
  if (rule.priorities !== null && (priority === null || !rule.priorities.includes(priority))) return false;
  return rule.repositories === null || (repository !== null && rule.repositories.some((one) => isOf(one, repository)));
}

function isOf(pattern: string, repository: string): boolean {
  const [one, name] = [pattern.toLowerCase(), repository.toLowerCase()];
  return one === name || (one.endsWith("/*") && name.startsWith(one.slice(0, -1)));
}

const minuteMs = 60_000;
const stepMs = 15 * minuteMs;
/** A week of quiet days has no end that anybody could wait for. */
const longestSteps = (7 * 24 * 60 * minuteMs) / stepMs;

/** Whether it is quiet now, and was when this began, without a break. */
function cameInQuiet(quiet: QuietHours, since: number, now: number): boolean {
  if (!isQuiet(quiet, now) || !isQuiet(quiet, since)) return false;
  let at = now;
  for (let step = 0; at > since && step < longestSteps; step += 1, at -= stepMs) if (!isQuiet(quiet, at)) return false;
  return at <= since;
}

/** Whether it is quiet at that instant, by the clocks of the zone. */
export function isQuiet({ hours, days, zone }: QuietHours, at: number): boolean {
  const { day, minute } = localTime(zone, at);
  if (days.includes(day)) return true;
  if (hours === null) return false;
  const { from, to } = hours;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function localTime(zone: string, at: number): { day: number; minute: number } {
  const options = { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const format = formats.get(zone) ?? new Intl.DateTimeFormat("en-US", options);
  formats.set(zone, format);
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: weekdays.indexOf(parts.get("weekday") ?? ""),
    minute: Number(parts.get("hour")) * 60 + Number(parts.get("minute")),
  };
}
