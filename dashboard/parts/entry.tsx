import { useSignal } from "@preact/signals";
import type { Entry } from "../domain/conversation.ts";
import { isFailure } from "../domain/conversation.ts";
import { timeOfDay } from "../domain/numbers.ts";
import { visible, visibleLine } from "../domain/visible.ts";
import { icons } from "./icons.tsx";
import { Markdown } from "./markdown.tsx";

/** One thing that was said or done. */
export function EntryView({ entry }: { entry: Entry }) {
  switch (entry.kind) {
    case "say":
      return (
        <div class="entry say">
          <At at={entry.line.at} />
          <Markdown text={visible(entry.line.text)} />
        </div>
      );
    case "think":
      return <Think text={entry.line.text} />;
    case "call":
      return <Call entry={entry} />;
    case "plan":
      return (
        <div class="entry plan">
          {icons.check}
          <p class="one-line">
            {entry.added.length === 0 ? "Updated its list" : `Planned: ${visibleLine(entry.added.join(" · "))}`}
          </p>
          <At at={entry.line.at} />
        </div>
      );
    case "step":
    case "note":
      return (
        <div class={`entry ${entry.kind}`}>
          <At at={entry.line.at} />
          <p class="entry-text">{visible(entry.line.text)}</p>
        </div>
      );
  }
}

function Think({ text }: { text: string }) {
  const shown = visible(text);
  const isOpen = useSignal(false);
  return (
    <details class="entry think" onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
      <summary>
        {icons.think}
        <span class="one-line">{visibleLine(shown.slice(0, 200))}</span>
      </summary>
      {isOpen.value ? <p class="thought">{shown}</p> : null}
    </details>
  );
}

function Call({ entry }: { entry: Extract<Entry, { kind: "call" }> }) {
  const { result } = entry;
  const isOpen = useSignal(false);
  const failed = result !== null && isFailure(result);
  return (
    <details
      class={`entry call ${failed ? "failed" : ""}`}
      onToggle={(event) => (isOpen.value = event.currentTarget.open)}
    >
      <summary>
        <span class="call-tool">{visibleLine(entry.tool)}</span>
        <code class="one-line">{visibleLine(entry.argument)}</code>
        {result === null ? <span class="faint">…</span> : null}
        {failed ? <span class="failed-word">failed</span> : null}
        <At at={entry.line.at} />
      </summary>
      {isOpen.value ? (
        <div class="call-body">
          {entry.argument === "" ? null : <pre>{visible(entry.argument)}</pre>}
          {result === null ? (
            <p class="faint">No result yet.</p>
          ) : (
            <pre class="result">{visible(result.text) || "(nothing)"}</pre>
          )}
        </div>
      ) : null}
    </details>
  );
}

function At({ at }: { at: string }) {
  return (
    <time class="at" dateTime={at} title={new Date(at).toLocaleString()}>
      {timeOfDay(at)}
    </time>
  );
}
