import { type Need, needs } from "#domain/access/needs.ts";
import { type Verb, verbs } from "#domain/commands/verbs.ts";
import { askedByPress, type Button } from "#domain/surfaces/check-buttons.ts";
import { taskName } from "#domain/task.ts";
import type { RouteName } from "#protocol/routes.ts";
import type { TaskAct } from "#protocol/team.ts";
import type { TaskName } from "#protocol/words.ts";
import { loadTask } from "./load-task.ts";
import type { AuditRecord } from "./ports/audit.ts";
import type { CommandRecord } from "./ports/commands.ts";
import type { World } from "./ports/world.ts";
import { placeOf } from "./show-audit.ts";

const most = 50;

/** Who did what to a task, the newest first: on the dashboard, by programs, and by commands. @throws ProblemError 404 */
export function showActs(world: World, name: TaskName): TaskAct[] {
  const { store } = world;
  const { repository, issue, pullRequest } = loadTask(world, name);
  const byRoute = store.audit.ofSubject(name, most).flatMap((record) => actOf(record) ?? []);
  const byCommand = [issue?.number, pullRequest?.number].flatMap((thread) =>
    thread === undefined
      ? []
      : store.commands.done(repository.id, thread, most).flatMap((command) => actOfRecord(name, command) ?? []),
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

/** What is told of a command once it was carried out; null where it was not, only asked how things stand, or has no task. */
export function actOfCommand({ store }: World, of: Parameters<World["bell"]["command"]>[0]): TaskAct | null {
  const { repositoryId, comment, ordinal } = of;
  const command = store.commands.ofComment(repositoryId, comment).find((one) => one.ordinal === ordinal);
  if (command === undefined || !command.isDone) return null;
  const { tasks } = store;
  const ofThread = () =>
    tasks.byPullRequest(repositoryId, command.thread) ?? tasks.byIssue(repositoryId, command.thread);
  const task = of.task === null ? ofThread() : tasks.get(of.task);
  return task && actOfRecord(taskName(task.id), command);
}

function actOfRecord(task: TaskName, { at, by, comment, line }: CommandRecord): TaskAct | null {
  const action = actionOf(comment, line);
  return action === null ? null : { task, at: new Date(at).toISOString(), by, place: placeOf(comment), action };
}

/** The route of the same meaning. */
const pressed = {
  retry: "retryTask",
  continue: "followTask",
  "fix-ci": "followTask",
  approve: "approveTask",
} as const satisfies Record<Button, RouteName>;

/** Words without a command were for Claude, and a press of a check's button has no words at all. */
function actionOf(comment: string, line: string): string | null {
  if (comment.startsWith("check ")) return pressed[askedByPress(line)];
  if (!line.startsWith("/")) return "sayToTask";
  const verb = line.split(" ")[1] ?? "";
  const isLook = Object.hasOwn(verbs, verb) && verbs[verb as Verb].role === "none";
  return isLook ? null : line;
}
