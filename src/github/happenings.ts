import { z } from "zod";
import type { AppLoss, Happening } from "#domain/happening.ts";
import { actorOf, Common, Id, parsed, type Reader, whereAndWho } from "./payload.ts";
import { branchReaders } from "./told-branches.ts";
import { checkReaders } from "./told-checks.ts";
import { issueReaders } from "./told-issues.ts";
import { verdictOf } from "./verdict-told.ts";

/** Sent to every app without being asked for; about an installation, and so without a repository of its own. */
const AppLeft = Common.omit({ repository: true }).extend({
  repositories_removed: z.array(z.object({ id: Id })).optional(),
});

/** One entry for each event that asks something of us, as `event` or `event.action`. */
const readers: Readonly<Record<string, Reader>> = {
  ...issueReaders,
  ...branchReaders,
  ...checkReaders,
  "installation.deleted": (payload, at) => appLeft(payload, at, "uninstalled"),
  "installation.suspend": (payload, at) => appLeft(payload, at, "suspended"),
  "installation_repositories.removed": (payload, at) => appLeft(payload, at, "removed"),
};

/** What GitHub sends to every app: no app can subscribe to it. */
export const unaskedEvents: readonly string[] = ["installation", "installation_repositories"];

/** The events that we understand, as Probot names them: `issues.labeled`, `push`. */
export const understoodEvents: readonly string[] = Object.keys(readers);

/** The payload's action, where its event has one. */
export function actionOf(payload: unknown): string | null {
  if (typeof payload !== "object" || payload === null || !Object.hasOwn(payload, "action")) return null;
  const { action } = payload as { action: unknown };
  return typeof action === "string" ? action.slice(0, 100) : null;
}

/**
 * What a webhook tells us, in our words.
 * @param event the `X-GitHub-Event` header
 * @param receivedAt milliseconds since 1970, for events that do not say when they happened
 * @returns null for events that ask nothing of us
 * @throws MalformedPayloadError when an event that we understand lacks what it must have
 */
export function happeningOf(event: string, payload: unknown, receivedAt: number): Happening | null {
  const action = actionOf(payload);
  const name = action === null ? event : `${event}.${action}`;
  if (!Object.hasOwn(readers, name)) return null;
  const happening = readers[name]?.(payload, receivedAt) ?? null;
  const verdict = verdictOf(event, payload, receivedAt);
  if (verdict === null) return happening;
  if (happening !== null) return { ...happening, verdict };
  return { kind: "verdict_told", ...whereAndWho(parsed(Common, payload)), at: receivedAt, verdict };
}

function appLeft(payload: unknown, at: number, how: AppLoss): Happening {
  const { installation, sender, repositories_removed: removed } = parsed(AppLeft, payload);
  const repositories = how === "removed" ? (removed ?? []).map(({ id }) => id) : null;
  return { kind: "app_left", installationId: installation.id, repositories, how, actor: actorOf(sender), at };
}
