import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useDesk } from "../desk.ts";
import { visible } from "../domain/visible.ts";
import { CopyButton } from "../parts/button.tsx";
import { icons } from "../parts/icons.tsx";
import { PageLink } from "../parts/link.tsx";
import { LogList } from "../parts/log-list.tsx";
import type { TaskLine } from "../store/all-logs.ts";

const kinds = {
  say: "says",
  think: "thinks",
  tool: "tool calls",
  result: "results",
  step: "steps",
  note: "notes",
} as const;

/** Everything that all instances say, as it comes. */
export function Logs() {
  const { logs, loadLogs, tasks } = useDesk();
  const selected = useSignal<TaskLine | null>(null);
  const isReady = tasks.tasks.value !== null;
  useEffect(() => {
    // A failure shows as the stale banner, and the next look makes up for it.
    if (isReady && logs.state.value === "idle") loadLogs().catch(() => undefined);
  }, [isReady, logs, loadLogs]);
  const shown = logs.shown.value;
  return (
    <div class="logs-page">
      <h1 class="unseen">Logs</h1>
      <Toolbar />
      <div class="log-frame">
        {shown.length === 0 ? (
          <div class="blank">
            {icons.logs}
            <p>{emptyWords(logs.state.value, logs.total.value)}</p>
          </div>
        ) : (
          <LogList
            lines={shown}
            isFollowing={!logs.paused.value}
            onLeave={() => (logs.paused.value = true)}
            selected={selected.value?.key ?? null}
            onSelect={(line) => (selected.value = line)}
          />
        )}
      </div>
      {selected.value === null ? null : <LineDetail of={selected.value} onClose={() => (selected.value = null)} />}
    </div>
  );
}

function emptyWords(state: "idle" | "loading" | "loaded", total: number): string {
  if (state !== "loaded") return "Loading …";
  return total === 0 ? "Nobody has said anything yet. Lines appear here as they come." : "No line is like that.";
}

function Toolbar() {
  const { logs, route, tasks } = useDesk();
  const query = route.query.value;
  const names = [...(tasks.tasks.value?.keys() ?? [])];
  return (
    <search class="toolbar filters">
      <label class="field grows">
        <span class="unseen">Search lines</span>
        {icons.search}
        <input
          type="search"
          data-filter
          placeholder="Search in the lines"
          value={query.get("q") ?? ""}
          onInput={(event) => route.filter({ q: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        <span class="unseen">Task</span>
        <select value={query.get("task") ?? ""} onChange={(event) => route.filter({ task: event.currentTarget.value })}>
          <option value="">All tasks</option>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="unseen">Kind</span>
        <select value={query.get("kind") ?? ""} onChange={(event) => route.filter({ kind: event.currentTarget.value })}>
          <option value="">All kinds</option>
          {Object.entries(kinds).map(([kind, title]) => (
            <option key={kind} value={kind}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button"
        aria-pressed={logs.paused.value}
        onClick={() => (logs.paused.value = !logs.paused.value)}
      >
        {logs.paused.value ? icons.play : icons.pause}
        {logs.paused.value ? `Follow${logs.waiting.value > 0 ? ` (${logs.waiting.value} new)` : ""}` : "Pause"}
      </button>
    </search>
  );
}

function LineDetail({ of, onClose }: { of: TaskLine; onClose: () => void }) {
  return (
    <section class="line-detail panel" aria-label="The selected line">
      <header>
        <PageLink to={`/tasks/${of.task}`}>{of.task}</PageLink>
        <span class="faint">
          {kinds[of.line.kind]} · {new Date(of.line.at).toLocaleString()}
        </span>
        <CopyButton text={of.line.text} />
        <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
          {icons.cross}
        </button>
      </header>
      <pre>{visible(of.line.text)}</pre>
    </section>
  );
}
