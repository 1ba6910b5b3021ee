import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useDesk } from "../desk.ts";
import { levels, lineFilterOf, lineName, placeOf, spans } from "../domain/line-filter.ts";
import { firstSince, type TaskLine } from "../domain/line-merge.ts";
import { grouped } from "../domain/numbers.ts";
import { visible } from "../domain/visible.ts";
import { CopyButton } from "../parts/button.tsx";
import { icons } from "../parts/icons.tsx";
import { PageLink } from "../parts/link.tsx";
import { LogList } from "../parts/log-list.tsx";
import type { Shown } from "../store/all-logs.ts";

const kinds = {
  say: "says",
  think: "thinks",
  tool: "tool calls",
  result: "results",
  step: "steps",
  note: "notes",
} as const;

/** So long nobody types: then the server is asked. */
const typedMs = 350;

/** Everything that all instances say, as it comes, and all that they have said. */
export function Logs() {
  const { logs, history, lookBack, route } = useDesk();
  const selected = useSignal<TaskLine | null>(null);
  const linked = route.query.value.get("line");
  const asked = JSON.stringify(lineFilterOf(route.query.value));
  useEffect(() => {
    // At once where nothing is there yet; a filter that is being typed is waited for.
    const timer = setTimeout(() => void lookBack(), history.state.value === "idle" ? 0 : typedMs);
    return () => clearTimeout(timer);
  }, [asked, history, lookBack]);
  useEffect(() => {
    const place = linked === null ? null : placeOf(linked);
    if (place !== null && selected.value === null) void history.at(place.task, place.at);
  }, [linked, history]);
  const { lines, count } = logs.shown.value;
  useEffect(() => {
    const place = linked === null ? null : placeOf(linked);
    if (place === null || selected.value !== null) return;
    for (let at = firstSince(lines, place.at); at < count && lines[at]?.line.at === place.at; at += 1) {
      const one = lines[at];
      if (one === undefined || lineName(one) !== linked) continue;
      logs.paused.value = true;
      selected.value = one;
      return;
    }
  }, [linked, lines, count]);
  const select = (line: TaskLine | null) => {
    selected.value = line;
    if (line !== null) logs.paused.value = true;
    route.filter({ line: line === null ? null : lineName(line) });
  };
  return (
    <div class="logs-page">
      <h1 class="unseen">Logs</h1>
      <Toolbar />
      <History />
      <div class="log-frame">
        {count === 0 ? (
          <Nothing />
        ) : (
          <LogList
            shown={logs.shown.value}
            isFollowing={!logs.paused.value}
            onLeave={() => (logs.paused.value = true)}
            onEnd={() => {
              if (selected.value === null) logs.paused.value = false;
            }}
            selected={selected.value}
            onSelect={select}
          />
        )}
      </div>
      {selected.value === null ? null : <LineDetail of={selected.value} onClose={() => select(null)} />}
    </div>
  );
}

/** How much of the past is here, and how to get at more of it. */
function History() {
  const { logs, history } = useDesk();
  const { count } = logs.shown.value;
  const total = logs.total.value;
  const state = history.state.value;
  const failure = history.failure.value;
  return (
    <p class="log-history">
      <span class="grows numbers" role="status">
        {count === total
          ? `${grouped(total)} ${total === 1 ? "line" : "lines"}`
          : `${grouped(count)} of ${grouped(total)} lines`}
        {logs.isFiltering.value || state === "looking" ? " · searching …" : ""}
        {state === "whole" ? " · back to the beginning" : ""}
        {failure === null ? null : <span class="problem"> · {failure}</span>}
      </span>
      {state === "more" ? (
        <button type="button" class="button small" onClick={() => void history.further()}>
          {failure === null ? "Look further back" : "Try again"}
        </button>
      ) : null}
    </p>
  );
}

function Nothing() {
  const { logs, history, connection } = useDesk();
  const state = history.state.value;
  const isOff = connection.state.value.kind === "stale";
  const words = () => {
    if (logs.problem.value !== null) return logs.problem.value;
    if (history.failure.value !== null || isOff) return "The lines could not be loaded.";
    if (state === "idle" || state === "looking" || logs.isFiltering.value) return "Looking …";
    if (logs.total.value === 0) return "Nobody has said anything yet. Lines appear here as they come.";
    return state === "whole" ? "No line is like that." : "No line is like that yet. There may be older ones.";
  };
  return (
    <div class="blank">
      {icons.logs}
      <p>{words()}</p>
    </div>
  );
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
      <div class="choices-row">
        <label class="field">
          <span class="unseen">Task</span>
          <select
            value={query.get("task") ?? ""}
            onChange={(event) => route.filter({ task: event.currentTarget.value })}
          >
            <option value="">All tasks</option>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label class="field">
          <span class="unseen">Kind</span>
          <select
            value={query.get("kind") ?? ""}
            onChange={(event) => route.filter({ kind: event.currentTarget.value })}
          >
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
        <Pick title="Level" all="All levels" name="level" options={Object.entries(levels)} />
        <Pick title="Time" all="All times" name="minutes" options={Object.entries(spans)} />
      </div>
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
function download({ lines, count }: Shown): void {
  const text = lines.slice(0, count).map(({ task, line }) => `${line.at} ${task} ${line.kind} ${visible(line.text)}\n`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(text, { type: "text/plain" }));
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
          text={`${location.origin}/logs?line=${encodeURIComponent(lineName(of))}&task=${of.task}`}
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
