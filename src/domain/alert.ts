import type { Integration } from "#protocol/integration.ts";
import type { HealthEvent } from "#protocol/notification.ts";
import type { Reason } from "#protocol/words.ts";
import { duration } from "./surfaces/words.ts";

/** Something that is wrong with the whole, for as long as it is; `key` tells one from another. */
export type Alert = { event: HealthEvent; key: string; sentence: string; repository: string | null };

/** Instants are milliseconds since 1970. */
export type AlertFacts = {
  now: number;
  /** Runners that should be there: neither removed, nor over, nor held back by a person. */
  runners: readonly { name: string; heartbeatAt: number; isOnline: boolean; holds: number }[];
  /** The runs that wait in the queue, and why nobody takes them. */
  queued: readonly { task: string; since: number; reason: Reason | null }[];
  /** Repositories with a limit for each day. */
  budgets: readonly { repository: string; spent: number; limit: number }[];
  integrations: readonly Integration[];
};

const lostMs = 2 * 60_000;
/** A laptop that was closed yesterday is not lost. */
const forgottenMs = 24 * 60 * 60_000;
const stuckMs = 15 * 60_000;
const nearShare = 0.8;

/** Reasons for which a run waits although it should not have to. */
const stuckCodes: ReadonlySet<string> = new Set(["no_runner", "no_fitting_runner"]);

/** What people should know of now. The same facts give the same alerts. */
export function alertsOf(facts: AlertFacts): Alert[] {
  return [...lostRunners(facts), ...stuckQueue(facts), ...budgets(facts), ...integrations(facts)];
}

/** One that is missed: it held runs, or runs wait. */
function lostRunners({ runners, queued, now }: AlertFacts): Alert[] {
  return runners
    .filter(({ isOnline, heartbeatAt, holds }) => {
      const silentMs = now - heartbeatAt;
      return !isOnline && silentMs >= lostMs && silentMs < forgottenMs && (holds > 0 || queued.length > 0);
    })
    .map(({ name, holds }) => {
      const held = holds === 0 ? "" : ` It holds ${holds} run${holds === 1 ? "" : "s"}.`;
      return {
        event: "runner_lost",
        key: `runner ${name}`,
        sentence: `The runner ${name} is not heard of.${held}`,
        repository: null,
      };
    });
}

function stuckQueue({ queued, now }: AlertFacts): Alert[] {
  const stuck = queued.filter(({ reason, since }) => stuckCodes.has(reason?.code ?? "") && now - since >= stuckMs);
  const [oldest] = stuck.toSorted((one, other) => one.since - other.since);
  if (oldest === undefined) return [];
  const count = stuck.length === 1 ? "A task waits" : `${stuck.length} tasks wait`;
  const { task, reason, since } = oldest;
  const sentence = `${count} for a runner, ${task} for ${duration(now - since - ((now - since) % stuckMs))} or longer: ${reason?.sentence ?? ""}`;
  return [{ event: "queue_stuck", key: "queue", sentence, repository: null }];
}

function budgets(facts: AlertFacts): Alert[] {
  return facts.budgets
    .filter(({ spent, limit }) => spent >= nearShare * limit)
    .map(({ repository, spent, limit }) => ({
      event: "budget_near",
      key: `budget ${repository}`,
      sentence: `${repository} has used $${spent.toFixed(2)} of $${limit.toFixed(2)} for today.`,
      repository,
    }));
}

function integrations(facts: AlertFacts): Alert[] {
  return facts.integrations
    .filter(({ state }) => state === "failing")
    .map(({ name, sentence }) => ({
      event: "integration_failing",
      key: `integration ${name}`,
      sentence: `${name} fails: ${sentence}`,
      repository: null,
    }));
}
