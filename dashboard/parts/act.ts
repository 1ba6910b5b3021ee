import type { Task } from "#protocol/task.ts";
import { sourceOf } from "#protocol/task-source.ts";
import type { Desk } from "../desk.ts";
import { type ActionName, actions, isAllowed } from "../domain/actions.ts";
import { editorAddress, editorPlace, isLoopback } from "../domain/editor.ts";

/** Does it, or tells why not; what costs work asks first. */
export function act(desk: Desk, name: ActionName, task: Task): void {
  const refusal = isAllowed(name, task) ? actions[name].refusal(task) : "Your role in its repository is not enough.";
  if (refusal === null) deeds[name](desk, task);
  else desk.toasts.say(`${task.name}: ${refusal}`);
}

const deeds = {
  retry: ({ toasts, tasks }, { name }) => void toasts.doing(tasks.retry(name), `${name} is queued again.`),
  stop: (desk, task) => ask(desk, "stop", task),
  approve: ({ toasts, tasks }, { name }) => void toasts.doing(tasks.approve(name), `${name} is approved.`),
  say: (desk, task) => {
    desk.route.go(`/tasks/${task.name}`);
    desk.wordsCalled.value += 1;
  },
  take_over: (desk, task) => {
    desk.route.go(`/tasks/${task.name}?view=terminal`);
    void desk.toasts.doing(desk.tasks.takeOver(task.name), `${task.name}: Claude's session is yours in a moment.`);
  },
  hand_back: ({ toasts, tasks }, { name }) => void toasts.doing(tasks.handBack(name), `${name} goes back to Claude.`),
  go_on: (desk, task) => goOn(desk, task, "continue", "goes on in its session"),
  fix_checks: (desk, task) => goOn(desk, task, "fix-ci", "repairs its checks"),
  resolve_conflicts: (desk, task) => goOn(desk, task, "rebase", "is brought up to date"),
  edit: (desk, task) => ask(desk, "edit", task),
  open_pull_request: (_desk, task) => follow(task.pullRequest?.url),
  open_issue: (_desk, task) => follow(sourceOf(task)?.url ?? undefined),
  open_editor: (_desk, task) => {
    const place = editorPlace(task);
    if (place !== null) location.assign(editorAddress(place, place.isHere && isLoopback(location.hostname)));
  },
  open_logs: ({ route }, { name }) => route.go(`/logs?task=${name}`),
  remove: (desk, task) => ask(desk, "remove", task),
} satisfies Record<ActionName, (desk: Desk, task: Task) => void>;

function ask(desk: Desk, about: "stop" | "remove" | "edit", { name }: Task): void {
  desk.asking.value = { about, task: name };
}

function goOn({ toasts, tasks }: Desk, { name }: Task, verb: "continue" | "fix-ci" | "rebase", done: string): void {
  void toasts.doing(tasks.goOn(name, verb), `${name} ${done}.`);
}

function follow(address: string | undefined): void {
  if (address !== undefined) window.open(address, "_blank", "noopener,noreferrer");
}
