import type { Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { primaryAction } from "../domain/actions.ts";
import { activityOf } from "../domain/looks.ts";
import { inlinesOf } from "../domain/markdown-inline.ts";
import { dollars } from "../domain/numbers.ts";
import { firstLine, visibleLine } from "../domain/visible.ts";
import { ActionButton } from "./button.tsx";
import { icons } from "./icons.tsx";
import { OutLink, PageLink } from "./link.tsx";
import { inline } from "./markdown.tsx";
import { Ago, Lasting, StatusBadge } from "./status.tsx";

/** A task in few words, and the one thing to do about it. */
export function Card({ task }: { task: Task }) {
  const { clock } = useDesk();
  const action = primaryAction(task, clock.minute.value);
  const activity = activityOf(task);
  const run = task.runs.at(-1);
  return (
    <article class="card" data-task={task.name}>
      <div class="card-top">
        <span class="card-place" title={task.repository}>
          {visibleLine(task.repository)}
          {task.issue === null ? null : <span class="faint"> #{task.issue.number}</span>}
        </span>
        <span class="faint numbers">{task.name}</span>
      </div>
      <h3>
        <PageLink to={`/tasks/${task.name}`} data-open>
          {visibleLine(task.title)}
        </PageLink>
      </h3>
      {activity === null || task.reason !== null ? null : (
        <p class="activity" title={visibleLine(activity)}>
          {visibleLine(activity)}
        </p>
      )}
      {task.reason === null ? null : (
        <p class="reason" title={visibleLine(task.reason.advice ?? "")}>
          {inlinesOf(visibleLine(firstLine(task.reason.sentence))).map(inline)}
        </p>
      )}
      <TodoBar task={task} />
      <div class="card-facts">
        <StatusBadge of={task} />
        {task.priority === "normal" ? null : <span class={`priority ${task.priority}`}>{task.priority}</span>}
        {task.pullRequest === null ? null : (
          <OutLink
            to={task.pullRequest.url}
            class={`card-pull pull pull-${task.pullRequest.state}`}
            title={pullWords(task)}
          >
            {icons.pullRequest}#{task.pullRequest.number}
          </OutLink>
        )}
        {task.costUsd > 0 ? <span title="Cost so far, at list prices">{dollars(task.costUsd)}</span> : null}
      </div>
      <div class="card-foot">
        {action === null ? null : (
          <span class="card-action">
            <ActionButton name={action} task={task} />
          </span>
        )}
        <span class="card-age">
          {task.status === "in_progress" && run?.startedAt ? (
            <Lasting from={run.startedAt} to={null} />
          ) : (
            <Ago at={task.status === "queued" ? task.createdAt : task.updatedAt} />
          )}
        </span>
      </div>
    </article>
  );
}

/** How much of Claude's own list is done. */
function TodoBar({ task }: { task: Task }) {
  const run = task.runs.at(-1);
  const todos = run?.status === "in_progress" ? (run.progress?.todos ?? []) : [];
  if (todos.length === 0) return null;
  const done = todos.filter(({ state }) => state === "done").length;
  return (
    <div class="todo-bar">
      <progress max={todos.length} value={done} aria-label="Steps done" />
      <span class="faint numbers">
        {done}/{todos.length}
      </span>
    </div>
  );
}

function pullWords({ pullRequest }: Task): string {
  if (pullRequest === null) return "";
  const draft = pullRequest.draft && pullRequest.state === "open" ? "draft " : "";
  return `Pull request #${pullRequest.number}: ${draft}${pullRequest.state}`;
}
