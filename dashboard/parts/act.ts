import type { Task } from "#protocol/task.ts";
import type { Desk } from "../desk.ts";
import { type ActionName, actions } from "../domain/actions.ts";

/** Does it, or tells why not; what costs work asks first. */
export function act(desk: Desk, name: ActionName, task: Task): void {
  const refusal = actions[name].refusal(task);
  if (refusal !== null) {
    desk.toasts.say(`${task.name}: ${refusal}`);
    return;
  }
  switch (name) {
    case "retry":
      void desk.toasts.doing(desk.tasks.retry(task.name), `${task.name} is queued again.`);
      return;
    case "stop":
      desk.toStop.value = task.name;
      return;
    case "open_pull_request":
      follow(task.pullRequest?.url);
      return;
    case "open_issue":
      follow(task.issue?.url);
      return;
  }
}

function follow(address: string | undefined): void {
  if (address !== undefined) window.open(address, "_blank", "noopener,noreferrer");
}
