import { z } from "zod";
import { healthEvents, loudnesses, type NotificationPolicy, taskEvents } from "#protocol/notification.ts";
import { Priority } from "#protocol/task.ts";

const dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of the day in quotes, as "22:00"');
const Login = z.string().regex(/^[A-Za-z0-9-]{1,39}$/, "a GitHub login");
const list = <T extends z.ZodType>(one: T) => z.array(one).min(1).nullable().default(null);

const Quiet = z
  .strictObject({
    from: TimeOfDay.optional(),
    to: TimeOfDay.optional(),
    days: z.array(z.enum(dayNames)).default([]),
    zone: z.string().refine(isZone, "a time zone, as Europe/Paris"),
  })
  .refine(({ from, to }) => (from === undefined) === (to === undefined), "both from and to, or neither")
  .refine(({ from, days }) => from !== undefined || days.length > 0, "from and to, or days");

const Rule = z.strictObject({
  events: list(z.enum([...taskEvents, ...healthEvents])),
  to: list(z.enum(["slack", "discord"])),
  repositories: list(z.string().regex(/^[A-Za-z0-9-]{1,39}\/([A-Za-z0-9._-]{1,100}|\*)$/, "owner/name, or owner/*")),
  priorities: list(Priority),
  how: z.enum(loudnesses),
  who: list(Login),
  urgent: z.boolean().default(false),
});

/** What is told where, how loudly and to whom, as config.yaml has it. */
export const WrittenNotifications = z.strictObject({
  quiet: Quiet.optional(),
  rules: z.array(Rule).max(100).default([]),
});
export type WrittenNotifications = z.infer<typeof WrittenNotifications>;

export function notificationsOf({ quiet, rules }: WrittenNotifications): NotificationPolicy {
  return {
    rules: rules.map(({ to, how, urgent, ...rule }) => ({ ...rule, surfaces: to, loudness: how, isUrgent: urgent })),
    quiet:
      quiet === undefined
        ? null
        : {
            hours:
              quiet.from === undefined || quiet.to === undefined
                ? null
                : { from: minutesOf(quiet.from), to: minutesOf(quiet.to) },
            days: quiet.days.map((day) => dayNames.indexOf(day)),
            zone: quiet.zone,
          },
  };
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
