import { planReasons, waitingPlan } from "#domain/plan.ts";
import type { RunFacts } from "#domain/run.ts";
import { renderNotice } from "#domain/surfaces/notice.ts";
import { isAlive, type TaskFacts } from "#domain/task.ts";
import type { World } from "./ports/world.ts";

/** Part of a transaction: says in a comment of its own that a plan is there, for GitHub tells nobody of one that was edited. */
export function tellPlan({ store, operator }: World, task: TaskFacts, ended: RunFacts): void {
  if (task.issue === null || waitingPlan(task, ended) === null || isAlive(store.runs.ofTask(task.id))) return;
  const code = `plan_${ended.id}`;
  const issue = task.issue.number;
  const reason = {
    ...planReasons.waits(),
    code,
    sentence: "A plan waits for approval: it is in the comment on top. A plain comment changes it as well.",
  };
  const body = renderNotice(reason, { actor: task.requestedBy, issue, markerKey: operator.markerKey });
  store.notices.insert({ repository: task.repository, issue, code, body });
}
