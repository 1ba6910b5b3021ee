import { inPage } from "#protocol/command-words.ts";
import type { Task } from "#protocol/task.ts";
import { sourceOf } from "#protocol/task-source.ts";
import { useDesk } from "../desk.ts";
import { actions, isAllowed, primaryAction } from "../domain/actions.ts";
import { activityOf, stepTones } from "../domain/looks.ts";
import { inlinesOf } from "../domain/markdown-inline.ts";
import { dollars, short } from "../domain/numbers.ts";
import { type Ci, ciOf } from "../domain/verdicts.ts";
import { firstLine, visibleLine } from "../domain/visible.ts";
import { AtTerminal } from "./at-terminal.tsx";
import { ActionButton } from "./button.tsx";
import { CardMenu } from "./card-menu.tsx";
import { icons } from "./icons.tsx";
import { OutLink, PageLink } from "./link.tsx";
import { inline } from "./markdown.tsx";
import { Ago, Lasting, StatusBadge } from "./status.tsx";

/** What is dropped elsewhere must be wanted there: those that can be retried, stopped or moved in the queue. */
function canDrag(task: Task): boolean {
  return (["retry", "stop"] as const).some((name) => isAllowed(name, task) && actions[name].refusal(task) === null);
}

/** A task in few words, and the one thing to do about it. */
export function Card({ task }: { task: Task }) {
  const desk = useDesk();
  const { clock } = desk;
  const action = primaryAction(task, clock.minute.value);
  const activity = activityOf(task);
  const run = task.runs.at(-1);
  const source = sourceOf(task);
  return (
    <article
      class="card"
      data-task={task.name}
      draggable={canDrag(task)}
      onDragStart={(event) => {
        desk.dragged.value = task.name;
        event.dataTransfer?.setData("text/plain", task.name);
      }}
      onDragEnd={() => (desk.dragged.value = null)}
    >
      <div class="card-top">
        <span class="card-place" title={task.repository}>
          {visibleLine(task.repository)}
          {source === null ? null : <span class="faint"> {visibleLine(source.name)}</span>}
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
        <p class="reason" title={visibleLine(inPage(task.reason.advice ?? ""))}>
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
        <ChecksMark task={task} />
        <DiffSize task={task} />
        <ContextUsed task={task} />
        {task.costUsd > 0 ? <span title="Cost so far, at list prices">{dollars(task.costUsd)}</span> : null}
      </div>
      <AtTerminal task={task} />
      <div class="card-foot">
        {action === null ? null : (
          <span class="card-action">
            <ActionButton name={action} task={task} isShort />
          </span>
        )}
        <CardMenu task={task} />
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

/** How the checks of others stand on its pull request; before there are any, whether its own commands passed. */
function ChecksMark({ task }: { task: Task }) {
  const ci = task.pullRequest?.state === "open" ? ciOf(task) : null;
  return ci === null ? <VerifyMark task={task} /> : <CiMark ci={ci} />;
}

function CiMark({ ci: { tone, sentence, failed, pending } }: { ci: Ci }) {
  return (
    <span class={`check-mark tone-${tone}`} title={sentence}>
      {failed > 0 ? icons.cross : pending > 0 ? <span class="spinner" aria-hidden="true" /> : icons.check}
      <span aria-hidden="true">CI</span>
      <span class="unseen">{sentence}</span>
    </span>
  );
}

function VerifyMark({ task }: { task: Task }) {
  const step = task.runs.at(-1)?.steps.findLast(({ name }) => name === "verify");
  if (step === undefined) return null;
  const words = { started: "Verifying", passed: "Verified", failed: "Verify failed" }[step.state];
  return (
    <span class={`check-mark tone-${stepTones[step.state]}`} title={words}>
      {step.state === "started" ? (
        <span class="spinner" aria-hidden="true" />
      ) : (
        icons[step.state === "passed" ? "check" : "cross"]
      )}
      <span class="unseen">{words}</span>
    </span>
  );
}

/** How much the branch changes, as it was last pushed. */
function DiffSize({ task }: { task: Task }) {
  const diff = task.runs.findLast((run) => run.diff)?.diff;
  if (!diff || diff.files === 0) return null;
  return (
    <span class="diff-size numbers" title={`${diff.files} ${diff.files === 1 ? "file" : "files"} changed`}>
      <span class="added">+{short(diff.insertions)}</span> <span class="removed">−{short(diff.deletions)}</span>
    </span>
  );
}

/** How full Claude's memory of the conversation is, while it works. */
function ContextUsed({ task }: { task: Task }) {
  const run = task.runs.at(-1);
  const context = run?.status === "in_progress" ? run.progress?.context : undefined;
  if (context === undefined || context.window === null) return null;
  const percent = Math.min(100, Math.round((100 * context.tokens) / context.window));
  return (
    <span class={percent >= 80 ? "is-full" : ""} title={`${short(context.tokens)} of ${short(context.window)} tokens`}>
      {percent} % context
    </span>
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
