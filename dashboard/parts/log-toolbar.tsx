import { useDesk } from "../desk.ts";
import { kindWords, levels, lineFilterOf, spans } from "../domain/line-filter.ts";
import { visible } from "../domain/visible.ts";
import type { Shown } from "../store/all-logs.ts";
import { ChoiceField, SearchField } from "./filter-fields.tsx";
import { icons } from "./icons.tsx";

const itself = (one: string) => [one, one] as const;

/** What is looked for among the lines, and what can be done with those found. */
export function LogToolbar() {
  const { logs, route, tasks } = useDesk();
  const filter = lineFilterOf(route.query.value);
  const names = [...(tasks.tasks.value?.keys() ?? [])];
  return (
    <search class="toolbar filters">
      <SearchField says="Search lines" placeholder={filter.isPattern ? "A regular expression" : 'Words, or "a phrase"'}>
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
      </SearchField>
      <div class="choices-row">
        <ChoiceField title="Task" all="All tasks" name="task" options={names.map(itself)} />
        <ChoiceField title="Kind" all="All kinds" name="kind" options={Object.entries(kindWords)} />
        <ChoiceField title="Runner" all="All runners" name="runner" options={tasks.options.value.runner.map(itself)} />
        <ChoiceField title="Level" all="All levels" name="level" options={Object.entries(levels)} />
        <ChoiceField title="Time" all="All times" name="minutes" options={Object.entries(spans)} />
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

/** The shown lines as a text file. */
function download({ lines, count }: Shown): void {
  const text = lines.slice(0, count).map(({ task, line }) => `${line.at} ${task} ${line.kind} ${visible(line.text)}\n`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(text, { type: "text/plain" }));
  link.download = "cc-orchestrator.log";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
