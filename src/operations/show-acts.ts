import { type Need, needs } from "#domain/access/needs.ts";
import { taskName } from "#domain/task.ts";
import type { TaskAct } from "#protocol/team.ts";
import type { TaskName } from "#protocol/words.ts";
import { loadTask } from "./load-task.ts";
import type { AuditRecord } from "./ports/audit.ts";
import type { World } from "./ports/world.ts";
import { placeOf } from "./show-audit.ts";

const most = 50;
/** Commands are kept for some days. */
const commandsSince = 0;

/** Who did what to a task, the newest first: on the dashboard, by programs, and by commands. @throws ProblemError 404 */
export function showActs(world: World, name: TaskName): TaskAct[] {
  const { store } = world;
  const { repository, issue, pullRequest } = loadTask(world, name);
  const byRoute = store.audit.ofSubject(name, most).flatMap((record) => actOf(record) ?? []);
  const byCommand = [issue?.number, pullRequest?.number].flatMap((thread) =>
    thread === undefined
      ? []
      : store.commands
          .answered(repository.id, thread, commandsSince, most)
          .filter(({ isDone }) => isDone)
          .map(({ at, by, comment, line }): TaskAct => {
            return { task: name, at: new Date(at).toISOString(), by, place: placeOf(comment), action: line };
          }),
  );
  return [...byRoute, ...byCommand].sort((one, other) => other.at.localeCompare(one.at)).slice(0, most);
}

/** What is told of a record of the audit log to whoever sees the task; null for what was refused, or done to nothing. */
export function actOf({ at, by, place, action, subject, refusal }: Omit<AuditRecord, "id">): TaskAct | null {
  const need: Need | undefined = Object.hasOwn(needs, action) ? needs[action as keyof typeof needs] : undefined;
  const isDeed = need?.kind === "deed" || need?.kind === "follows" || action === "typeInTerminal";
  if (!isDeed || refusal !== null || subject === null) return null;
  const task = subject === taskName(Number(subject.slice("TASK-".length))) ? subject : null;
  return task === null ? null : { task, at: new Date(at).toISOString(), by, place, action };
}
