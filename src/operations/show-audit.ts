import type { AuditEntry } from "#protocol/operating.ts";
import type { World } from "./ports/world.ts";

const usualLimit = 200;

/** Who did what, by whatever way, the newest first. */
export function showAudit(world: World, limit = usualLimit): AuditEntry[] {
  const { store } = world;
  const names = new Map(store.tasks.repositories().map(({ id, name }) => [id, name]));
  const byRoute = store.audit
    .newest(limit)
    .map((record): AuditEntry => ({ ...record, id: `route-${record.id}`, at: new Date(record.at).toISOString() }));
  const byComment = store.commands.newest(limit).map(
    (command): AuditEntry => ({
      id: `comment-${command.repositoryId}-${command.comment}-${command.ordinal}`,
      at: new Date(command.at).toISOString(),
      by: command.by,
      place: placeOf(command.comment),
      address: null,
      action: command.line,
      subject: `${names.get(command.repositoryId) ?? `repository ${command.repositoryId}`}#${command.thread}`,
      refusal: command.isDone ? null : "It was not carried out.",
    }),
  );
  return [...byRoute, ...byComment].sort((one, other) => other.at.localeCompare(one.at)).slice(0, limit);
}

const elsewheres = ["slack", "discord", "jira", "hook"] as const;

/** What was asked outside GitHub says in its key where that was. */
export function placeOf(comment: string): AuditEntry["place"] {
  return elsewheres.find((place) => comment.startsWith(`${place}:`)) ?? "github";
}
