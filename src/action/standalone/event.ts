import { readFileSync } from "node:fs";
import { z } from "zod";
import { mayCommand } from "#domain/commands/parse-commands.ts";
import type { Happening } from "#domain/happening.ts";
import { stateLabels } from "#domain/picture.ts";
import type { RepositoryRef } from "#domain/task.ts";
import { actionOf, happeningOf } from "#github/happenings.ts";
import type { Delivery } from "#operations/ports/deliveries.ts";
import { comesOfFork } from "../fork.ts";
import type { JobPlace } from "../job.ts";

/** The event that started the workflow, as GitHub's runner hands it over. */
export type WorkflowEvent = { name: string; payload: Record<string, unknown> };

/** What it asks of us. */
export type Asked =
  | { kind: "nothing"; why: string }
  /** Everything that may be there to do. */
  | { kind: "look" }
  /** Somebody started the workflow for this issue. */
  | { kind: "take_up"; issue: number }
  | ({ kind: "told"; delivery: Delivery } & Where);

/** A pull request as the event shows it. */
export type ShownPull = { number: number; body: string; author: string; branch: string | null };

/** Where an event belongs. */
export type Where = {
  issue: number | null;
  /** The pull requests by which the issue is found; the head branch where GitHub names none. */
  pulls: number[];
  branch: string | null;
  /** What the event shows of the pull request that somebody did something to. */
  pull: ShownPull | null;
  /** Something may be begun by it. */
  begins: boolean;
};

/** The file with the event is missing or no JSON: nobody could say what to do. */
export class EventError extends Error {
  constructor(why: string) {
    super(`The event that started this workflow cannot be read (${why}). Is this a job of GitHub Actions?`);
    this.name = "EventError";
  }
}

/** @throws EventError */
export function readEvent({ event }: JobPlace): WorkflowEvent {
  try {
    const payload = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(event.path, "utf8")));
    return { name: event.name, payload };
  } catch (error) {
    throw new EventError(error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error));
  }
}

const Number_ = z.object({ number: z.int().positive() });
const Suite = z.object({ pull_requests: z.array(Number_).default([]), head_branch: z.string().nullish() });
const Dispatch = z.object({ inputs: z.object({ issue: z.coerce.string() }).partial().nullish() });
/**
 * The same happening as the webhook of this event would be, and where it belongs.
 * @param of.issue the issue that the workflow names by itself
 * @throws MalformedPayloadError
 */
export function askedBy(
  { name, payload }: WorkflowEvent,
  of: { job: JobPlace; repository: RepositoryRef; issue: number | null; now: number },
): Asked {
  if (name === "schedule") return { kind: "look" };
  if (name === "workflow_dispatch" || of.issue !== null) {
    const given = Dispatch.safeParse(payload).data?.inputs?.issue ?? "";
    const issue = of.issue ?? (/^\d{1,10}$/.test(given) ? Number(given) : null);
    return issue === null ? { kind: "look" } : { kind: "take_up", issue };
  }
  // In a workflow, events come without the installation.
  const { id, installationId } = of.repository;
  const whole = { ...payload, installation: { id: installationId } };
  const happening = happeningOf(name, whole, of.now);
  const action = actionOf(payload);
  const told = action === null ? name : `${name}.${action}`;
  if (happening === null) return { kind: "nothing", why: `${told} asks for nothing.` };
  if ("repository" in happening && happening.repository.id !== id)
    return { kind: "nothing", why: `${told} is of another repository.` };
  if (comesOfFork(payload)) return { kind: "nothing", why: `${told} is of a fork: nothing is worked on there.` };
  const guid = `job-${of.job.runId}-${of.job.attempt}`;
  const delivery: Delivery = { guid, hookId: "actions", event: name, action, receivedAt: of.now, happening };
  return { kind: "told", delivery, ...placeOf(happening, payload) };
}

const nowhere: Where = { issue: null, pulls: [], branch: null, pull: null, begins: false };

function placeOf(happening: Happening, payload: Record<string, unknown>): Where {
  switch (happening.kind) {
    case "issue_labelled":
      return { ...nowhere, issue: happening.issue, begins: !isOurs(happening.label) };
    case "issue_unlabelled":
    case "issue_closed":
    case "issue_edited":
    case "links_changed":
      return { ...nowhere, issue: happening.issue };
    case "commented": {
      const { thread, isPullRequest, body } = happening;
      if (isPullRequest) return { ...nowhere, pulls: [thread], pull: shownIn(payload) };
      return { ...nowhere, issue: thread, begins: mayCommand(body, false) };
    }
    case "pull_request_changed":
    case "reviewed":
      return { ...nowhere, pulls: [happening.number], pull: shownIn(payload) };
    case "checks_changed":
    case "check_asked": {
      const suite = [payload.check_suite, payload.workflow_run, nested(payload.check_run, "check_suite")]
        .map((one) => Suite.safeParse(one).data)
        .find((one) => one !== undefined);
      const pulls = suite?.pull_requests.map(({ number }) => number) ?? [];
      return { ...nowhere, pulls, branch: suite?.head_branch ?? null };
    }
    default:
      return nowhere;
  }
}

const Shown = z.object({
  number: z.int().positive(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
  head: z.object({ ref: z.string() }).optional(),
});

/** A comment shows its pull request as an issue. */
function shownIn(payload: Record<string, unknown>): ShownPull | null {
  const shown = Shown.safeParse(payload.pull_request ?? payload.issue).data;
  if (shown === undefined) return null;
  const { number, body, user, head } = shown;
  return { number, body: body ?? "", author: user?.login ?? "", branch: head?.ref ?? null };
}

function nested(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** Our own label says how it stands: nothing begins by it. */
export function isOurs(label: string): boolean {
  return Object.values(stateLabels).some(({ name }) => name === label);
}

const ofRest: ReadonlySet<string> = new Set(
  [stateLabels.inReview, stateLabels.done, stateLabels.failed].map(({ name }) => name),
);

/**
 * Whether the label says that a job has worked on the issue until nothing more was to do: then the label that asked for it is
 * not taken for a new wish, however little is kept of it.
 */
export function isOfRest(label: string): boolean {
  return ofRest.has(label);
}
