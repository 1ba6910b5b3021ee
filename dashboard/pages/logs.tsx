import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useDesk } from "../desk.ts";
import { lineFilterOf, lineName, spans } from "../domain/line-filter.ts";
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
  const { logs, loadLogs, tasks, route } = useDesk();
  const selected = useSignal<TaskLine | null>(null);
  const linked = route.query.value.get("line");
  useEffect(() => {
    if (linked === null || selected.value !== null) return;
    selected.value = logs.shown.value.find((one) => lineName(one.task, one.line) === linked) ?? null;
    if (selected.value !== null) logs.paused.value = true;
  }, [linked, logs.shown.value, logs, selected]);
  const select = (line: TaskLine | null) => {
    selected.value = line;
    route.filter({ line: line === null ? null : lineName(line.task, line.line) });
  };
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
            <p>{logs.problem.value ?? emptyWords(logs.state.value, logs.total.value)}</p>
          </div>
        ) : (
          <LogList
            lines={shown}
            isFollowing={!logs.paused.value}
            onLeave={() => (logs.paused.value = true)}
            selected={selected.value?.key ?? null}
            onSelect={select}
          />
        )}
      </div>
      {selected.value === null ? null : <LineDetail of={selected.value} onClose={() => select(null)} />}
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
  const filter = lineFilterOf(query);
  const names = [...(tasks.tasks.value?.keys() ?? [])];
  return (
    <search class="toolbar filters">
      <label class="field grows">
        <span class="unseen">Search lines</span>
        {icons.search}
        <input
          type="search"
          data-filter
          placeholder={filter.isPattern ? "A regular expression" : 'Words, or "a phrase"'}
          value={query.get("q") ?? ""}
          onInput={(event) => route.filter({ q: event.currentTarget.value })}
        />
        <button
          type="button"
          class="in-field"
          aria-pressed={filter.isPattern}
          aria-label="Regular expression"
          title="Regular expression"
          onClick={() => route.filter({ regex: filter.isPattern ? null : "1" })}
        >
          .*
        </button>
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
      <Pick
        title="Runner"
        all="All runners"
        name="runner"
        options={tasks.options.value.runner.map((one) => [one, one])}
      />
      <Pick title="Level" all="All levels" name="level" options={[["error", "Errors"]]} />
      <Pick title="Time" all="All times" name="minutes" options={Object.entries(spans)} />
      <button type="button" class="button" title="Download what is shown" onClick={() => download(logs.shown.value)}>
        {icons.download}
        <span class="unseen">Download what is shown</span>
      </button>
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

function Pick(of: { title: string; all: string; name: string; options: readonly (readonly [string, string])[] }) {
  const { route } = useDesk();
  const chosen = route.query.value.get(of.name) ?? "";
  return (
    <label class={`field choice ${chosen === "" ? "" : "is-chosen"}`}>
      <span class="unseen">{of.title}</span>
      <select value={chosen} onChange={(event) => route.filter({ [of.name]: event.currentTarget.value })}>
        <option value="">{of.all}</option>
        {of.options.map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The shown lines as a text file. */
function download(lines: readonly TaskLine[]): void {
  const text = lines.map(({ task, line }) => `${line.at} ${task} ${line.kind} ${visible(line.text)}\n`).join("");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = "cc-orchestrator.log";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
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
        <CopyButton
          label="Copy a link to the line"
          text={`${location.origin}/logs?line=${encodeURIComponent(lineName(of.task, of.line))}&task=${of.task}`}
          icon="link"
        />
        <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
          {icons.cross}
        </button>
      </header>
      <pre>{visible(of.line.text)}</pre>
    </section>
  );
}
