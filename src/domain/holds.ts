import type { Limits } from "#protocol/policy.ts";
import type { Reason } from "#protocol/words.ts";
import { issueName, type Links } from "./links.ts";
import { dollars } from "./surfaces/words.ts";

/** What decides whether a queued run may be offered to anybody, whichever runner asks. */
export type HoldFacts = {
  repository: string;
  links: Links;
  /** Tasks that have to be done before this one; absent for none. */
  needs?: readonly { name: string; title: string; isDone: boolean }[];
  requestedBy: string;
  limits: Limits;
  /** Runs under way: of everybody, of this repository, and of who asked for this one. */
  running: { all: number; repository: number; person: number };
  /** The most runs at a time by the operator's word; null for no limit. */
  mostRuns: number | null;
  /** Dollars that went into this task, and into all tasks of the repository since midnight UTC. */
  spent: { task: number; today: number };
  now: number;
};

/** Something that has to be so before a run begins; `reason` is why it is not, null when it is. */
export type Hold = { sentence: string; reason: Reason | null };

/** The first thing that holds a run back; null when nothing does. */
export function holdOf(facts: HoldFacts): Reason | null {
  return holdsOf(facts).find(({ reason }) => reason !== null)?.reason ?? null;
}

/** Everything that may hold a run back here, in the order in which it counts; what is not limited is left out. */
export function holdsOf(facts: HoldFacts): Hold[] {
  return [linkHold(facts), needHold(facts), taskMoney(facts), dayMoney(facts), ...concurrency(facts)].filter(
    (one) => one !== null,
  );
}

/** The reasons for which a task is `blocked`: they end only when issues do. */
export const blockingCodes: ReadonlySet<string> = new Set(["blocked", "dependency_cycle"]);

function needHold({ needs = [] }: HoldFacts): Hold | null {
  if (needs.length === 0) return null;
  const open = needs.filter(({ isDone }) => !isDone);
  if (open.length === 0) return { sentence: "The tasks that it waited for are done.", reason: null };
  const names = open.map(({ name, title }) => `${name} (${title.slice(0, 80)})`).slice(0, namedBlockers);
  const sentence = `Waits for ${names.join(", ")}.`;
  return { sentence: "", reason: { code: "blocked", sentence, advice: "It begins by itself when that is done." } };
}

const namedBlockers = 10;

function linkHold({ links, repository }: HoldFacts): Hold | null {
  const { blockers, cycle } = links;
  if (blockers.length === 0) return null;
  const open = blockers.filter((one) => one.isOpen);
  const names = open.map((one) => `${issueName(one, repository)} (${one.title.slice(0, 80)})`);
  const more = names.length > namedBlockers ? ` and ${names.length - namedBlockers} more` : "";
  if (cycle !== null) {
    return {
      sentence: "",
      reason: {
        code: "dependency_cycle",
        sentence: `This waits for itself: ${cycle.join(" is blocked by ")}.`,
        advice: 'Remove one of these "blocked by" links on GitHub; it begins by itself then.',
      },
    };
  }
  if (open.length === 0) return { sentence: "The issues that it waited for are closed.", reason: null };
  return {
    sentence: "",
    reason: {
      code: "blocked",
      sentence: `Blocked by ${names.slice(0, namedBlockers).join(", ")}${more}.`,
      advice: 'It begins by itself when that is closed, or when the "blocked by" link is removed.',
    },
  };
}

function taskMoney({ limits: { usd_per_task: most }, spent }: HoldFacts): Hold | null {
  if (most === undefined) return null;
  if (spent.task < most) {
    return { sentence: `${dollars(spent.task)} of ${dollars(most)} went into this task.`, reason: null };
  }
  const sentence = `${dollars(spent.task)} went into this task, and its limit is ${dollars(most)}.`;
  const advice = "`/claude budget <usd>` allows another run with as many dollars; limits.usd_per_task is the limit.";
  return { sentence: "", reason: { code: "task_budget", sentence, advice } };
}

function dayMoney({ limits: { usd_per_day: most }, spent, now }: HoldFacts): Hold | null {
  if (most === undefined) return null;
  if (spent.today < most) {
    return { sentence: `${dollars(spent.today)} of today's ${dollars(most)} are used here.`, reason: null };
  }
  const until = new Date(midnightAfter(now)).toISOString();
  const sentence = `Today's ${dollars(most)} of this repository are used; this goes on at midnight UTC.`;
  const advice = "Who may change the policy can raise limits.usd_per_day.";
  return { sentence: "", reason: { code: "day_budget", sentence, advice, until } };
}

function concurrency({ running, mostRuns, limits, requestedBy }: HoldFacts): Hold[] {
  const caps = [
    { count: running.all, most: mostRuns, where: "on this server", code: "server_full" },
    { count: running.repository, most: limits.runs ?? null, where: "in this repository", code: "repository_full" },
    { count: running.person, most: limits.runs_per_person ?? null, where: `for ${requestedBy}`, code: "person_full" },
  ];
  return caps.flatMap(({ count, most, where, code }): Hold[] => {
    if (most === null) return [];
    const sentence = `${count} of at most ${most} ${most === 1 ? "run is" : "runs are"} under way ${where}.`;
    if (count < most) return [{ sentence, reason: null }];
    return [{ sentence, reason: { code, sentence: `${sentence} This begins when one ends.` } }];
  });
}

/** The start of the day in UTC. */
export function midnightBefore(now: number): number {
  return Math.floor(now / dayMs) * dayMs;
}

function midnightAfter(now: number): number {
  return midnightBefore(now) + dayMs;
}

const dayMs = 24 * 60 * 60_000;

/** The limits of a run that begins now: no more dollars than the task and the day have left. */
export function withinBudget(limits: Limits, spent: HoldFacts["spent"]): Limits {
  const left = [
    limits.usd,
    (limits.usd_per_task ?? Number.POSITIVE_INFINITY) - spent.task,
    (limits.usd_per_day ?? Number.POSITIVE_INFINITY) - spent.today,
  ];
  return { ...limits, usd: Math.max(0.01, Math.round(Math.min(...left) * 100) / 100) };
}
