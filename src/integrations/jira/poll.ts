import { type Ear, ElsewhereBusyError, ElsewhereDownError } from "#operations/ports/elsewhere.ts";
import { type JiraProject, quoted, selectionOf } from "./project.ts";
import { lookAtTicket, type SourceOptions } from "./source.ts";
import { type FoundTicket, troubleIn } from "./wire.ts";

/** The Cloud's index may be behind by this much: it is looked through once more. */
const indexMinutes = 5;
/** Longer ago than this nothing is looked for. */
const lookBackMs = 7 * 24 * 60 * 60_000;

/**
 * Looks at everything that has changed since the last time that all of it went well, project by project: one that Jira
 * refuses to search, and a ticket that cannot be looked at, keep no other waiting.
 * @throws what went wrong first; ElsewhereBusyError and ElsewhereDownError at once
 */
export async function poll(of: SourceOptions, ear: Ear, clock: () => number, isOver: () => boolean): Promise<void> {
  const failed: unknown[] = [];
  for (const project of of.projects) {
    try {
      failed.push(...(await pollProject(of, ear, project, clock(), isOver)));
    } catch (error) {
      if (error instanceof ElsewhereBusyError || error instanceof ElsewhereDownError) throw error;
      failed.push(new Error(`${project.project}: ${troubleIn(error)}`, { cause: error }));
    }
  }
  if (failed.length > 0) throw failed[0];
}

/** @returns what could not be looked at */
async function pollProject(
  of: SourceOptions,
  ear: Ear,
  project: JiraProject,
  now: number,
  isOver: () => boolean,
): Promise<unknown[]> {
  const mark = `polled ${project.project}`;
  const since = ear.marks.get(mark);
  // Relative, since the site takes an instant for one in the time zone of our account's profile.
  const minutes = since === null ? null : Math.ceil(Math.min(lookBackMs, now - Number(since)) / 60_000) + indexMinutes;
  const recent = minutes === null ? "" : ` AND updated >= "-${minutes}m"`;
  const order = "ORDER BY updated ASC";
  const selected = await of.wire.search(`${selectionOf(project)}${recent} ${order}`);
  const touched =
    minutes === null ? [] : await of.wire.search(`project = ${quoted(project.project)}${recent} ${order}`);
  const tickets = new Map<string, FoundTicket & { isSelected: boolean }>();
  for (const one of touched) if (ear.taskOf(one.key) !== null) tickets.set(one.key, { ...one, isSelected: false });
  for (const one of selected) tickets.set(one.key, { ...one, isSelected: true });
  const failed: unknown[] = [];
  for (const { key, updated, isSelected } of tickets.values()) {
    // What was looked at a moment ago is found by the next query, too.
    if (isOver() || ear.marks.get(`looked ${key}`) === updated) continue;
    try {
      await lookAtTicket(of, ear, key, isSelected);
      ear.marks.put(`looked ${key}`, updated);
    } catch (error) {
      if (error instanceof ElsewhereBusyError || error instanceof ElsewhereDownError) throw error;
      failed.push(new Error(`${key}: ${troubleIn(error)}`, { cause: error }));
      ear.log.warn({ integration: of.place, ticket: key, error: troubleIn(error) }, "a ticket could not be looked at");
    }
  }
  // Of too many at once the rest comes with the next look.
  if (failed.length === 0 && !isOver())
    ear.marks.put(mark, String(Math.min(now, lastOf(of.wire, selected), lastOf(of.wire, touched))));
  return failed;
}

/** How far a search got, when it was cut. */
function lastOf({ mostFound }: SourceOptions["wire"], found: readonly FoundTicket[]): number {
  const last = found.at(-1);
  return last === undefined || found.length < mostFound ? Number.POSITIVE_INFINITY : Date.parse(last.updated);
}
