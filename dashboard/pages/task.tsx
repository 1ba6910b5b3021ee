import { useEffect } from "preact/hooks";
import { inPage } from "#protocol/command-words.ts";
import type { Task } from "#protocol/task.ts";
import { sourceOf } from "#protocol/task-source.ts";
import { useDesk } from "../desk.ts";
import { primaryAction } from "../domain/actions.ts";
import { activityOf } from "../domain/looks.ts";
import { visible, visibleLine } from "../domain/visible.ts";
import { runInTerminal } from "../domain/watching.ts";
import { ActsPanel } from "../parts/acts-panel.tsx";
import { AtTerminal } from "../parts/at-terminal.tsx";
import { Away, useIsAway } from "../parts/away.tsx";
import { ActionButton } from "../parts/button.tsx";
import { CardMenu } from "../parts/card-menu.tsx";
import { Conversation } from "../parts/conversation.tsx";
import { icons } from "../parts/icons.tsx";
import { lazy } from "../parts/lazy.tsx";
import { OutLink, PageLink } from "../parts/link.tsx";
import { PullRequestPanel } from "../parts/pull-request-panel.tsx";
import { Sentence } from "../parts/sentence.tsx";
import { Ago, StatusBadge } from "../parts/status.tsx";
import { TaskFacts } from "../parts/task-facts.tsx";
import { Timeline } from "../parts/timeline.tsx";
import { TodoList } from "../parts/todo-list.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { WhyPanel } from "../parts/why-panel.tsx";
import { Words } from "../parts/words.tsx";
import { NotFound } from "./not-found.tsx";

/** Everything about one task: how it stands and why, what was done, what Claude says while it works. */
export function TaskPage({ name }: { name: string }) {
  const { tasks, openLog, route } = useDesk();
  const view = route.query.value.get("view");
  useEffect(() => {
    openLog.show(name);
    return () => openLog.hide();
  }, [name, openLog]);
  const isAway = useIsAway();
  const all = tasks.tasks.value;
  const task = all?.get(name);
  if (all === null && isAway) return <Away what={`${name} and what was said`} />;
  if (all === null) return <Waiting says={`Loading ${name}`} class="task-page skeleton-page" />;
  if (task === undefined) return <NotFound path={name} />;
  return (
    <div class="task-page">
      <TaskHeader task={task} />
      <div class={view === "terminal" ? "task-columns is-wide" : "task-columns"}>
        <div class="task-main">
          <Words task={task} />
          <Tabs task={task} />
          {view === "changes" ? <Changes task={task} /> : null}
          {view === "terminal" ? <LiveTerminal task={task} /> : null}
          {view === "changes" || view === "terminal" ? null : <Conversation task={task} />}
        </div>
        <aside class="task-side" aria-label="About the task">
          <TodoList task={task} />
          <PullRequestPanel task={task} />
          <Timeline task={task} />
          <ActsPanel task={task} />
          <WhyPanel task={task} />
          <TaskFacts task={task} />
        </aside>
      </div>
    </div>
  );
}

const Changes = lazy(async () => (await import("../parts/changes.tsx")).Changes, "Loading the changes");

const LiveTerminal = lazy(
  async () => (await import("../parts/live-terminal.tsx")).LiveTerminal,
  "Opening the terminal",
);

/** What of the task is in sight: what was said, how Claude is at it, or what came of it. */
function Tabs({ task }: { task: Task }) {
  const { route } = useDesk();
  const view = route.query.value.get("view");
  const diff = task.runs.findLast((run) => run.diff)?.diff;
  return (
    <nav class="tabs" aria-label="Of this task">
      <PageLink
        to={`/tasks/${task.name}`}
        {...(view === "changes" || view === "terminal" ? {} : { "aria-current": "page" as const })}
      >
        {icons.think}
        Conversation
      </PageLink>
      {view === "terminal" || runInTerminal(task) !== null ? (
        <PageLink
          to={`/tasks/${task.name}?view=terminal`}
          {...(view === "terminal" ? { "aria-current": "page" as const } : {})}
        >
          {icons.terminal}
          Terminal
        </PageLink>
      ) : null}
      <PageLink
        to={`/tasks/${task.name}?view=changes`}
        {...(view === "changes" ? { "aria-current": "page" as const } : {})}
      >
        {icons.branch}
        Changes
        {diff && diff.files > 0 ? <span class="count tone-neutral">{diff.files}</span> : null}
      </PageLink>
    </nav>
  );
}

function TaskHeader({ task }: { task: Task }) {
  const { clock } = useDesk();
  const primary = primaryAction(task, clock.minute.value);
  const source = sourceOf(task);
  const others = (["open_pull_request", "retry", "stop"] as const).filter((name) => name !== primary);
  return (
    <header class="task-header">
      <div class="crumbs">
        <PageLink to="/" class="back" aria-label="Back to the board">
          {icons.back}
          Board
        </PageLink>
        <span class="faint">/</span>
        <span>{visibleLine(task.repository)}</span>
        {source === null ? null : (
          <OutLink to={source.url ?? ""} class="with-icon">
            {icons.issue}
            {visibleLine(source.name)}
          </OutLink>
        )}
      </div>
      <div class="task-title">
        <h1>
          {visibleLine(task.title)} <span class="faint task-name">{task.name}</span>
        </h1>
        <div class="task-actions">
          {primary === null ? null : <ActionButton name={primary} task={task} isPrimary={primary !== "stop"} />}
          {others.map((name) => (
            <ActionButton key={name} name={name} task={task} />
          ))}
          <CardMenu task={task} />
        </div>
      </div>
      <div class="task-line">
        <StatusBadge of={task} />
        <AtTerminal task={task} />
        <span class="task-now">{visibleLine(task.reason === null ? (activityOf(task) ?? calmWords(task)) : "")}</span>
        <span class="faint">
          asked for by {visibleLine(task.requestedBy)} <Ago at={task.createdAt} inWords />
        </span>
      </div>
      {task.reason === null ? null : (
        <div
          class={`why ${task.status === "completed" && task.conclusion !== "cancelled" ? "tone-bad" : "tone-attention"}`}
        >
          <Sentence text={task.reason.sentence} />
          {task.reason.advice === undefined ? null : <p class="advice">{visible(inPage(task.reason.advice))}</p>}
          {task.reason.until === undefined ? null : (
            <p class="advice">It goes on by itself at {new Date(task.reason.until).toLocaleTimeString()}.</p>
          )}
        </div>
      )}
    </header>
  );
}

function calmWords(task: Task): string {
  if (task.status === "in_review") return "The pull request waits for a review.";
  if (task.conclusion === "success") return "The pull request was merged.";
  return "";
}
