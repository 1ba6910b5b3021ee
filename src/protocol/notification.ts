import type { Priority } from "./task.ts";

/** What a task is for whoever follows it in a channel. */
export const taskEvents = ["needs_you", "working", "review", "done", "failed"] as const;
/** What is wrong with the whole. */
export const healthEvents = ["runner_lost", "queue_stuck", "budget_near", "integration_failing"] as const;
export type TaskEvent = (typeof taskEvents)[number];
export type HealthEvent = (typeof healthEvents)[number];
export type NotificationEvent = TaskEvent | HealthEvent;

/** How loudly something is said, the quietest first: in a thread only, in the channel, or calling people by their name. */
export const loudnesses = ["nothing", "thread", "channel", "mention"] as const;
export type Loudness = (typeof loudnesses)[number];

/** What is said where, how, and to whom. Null fits everything; the first rule that fits counts. */
export type NotificationRule = {
  events: readonly NotificationEvent[] | null;
  surfaces: readonly string[] | null;
  /** `owner/name`, or `owner/*` */
  repositories: readonly string[] | null;
  priorities: readonly Priority[] | null;
  loudness: Loudness;
  /** GitHub logins of those who are called; null for whoever asked for the task. */
  who: readonly string[] | null;
  /** Whether it is as loud in quiet hours. */
  isUrgent: boolean;
};

/** When nobody is to be disturbed: between two times of the day, and on whole days. */
export type QuietHours = {
  /** Minutes since midnight; over midnight where `to` is not after `from`. Null where only days are quiet. */
  hours: { from: number; to: number } | null;
  /** 0 is Sunday. */
  days: readonly number[];
  /** As the IANA database names it: `Europe/Paris` */
  zone: string;
};

export type NotificationPolicy = { rules: readonly NotificationRule[]; quiet: QuietHours | null };

/** Where the operator has no rules. */
export const usualNotifications: NotificationPolicy = { rules: [], quiet: null };
