import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useDesk } from "../desk.ts";
import { lineFilterOf, lineName, placeOf } from "../domain/line-filter.ts";
import { firstSince, type TaskLine } from "../domain/line-merge.ts";
import { icons } from "../parts/icons.tsx";
import { LineDetail } from "../parts/line-detail.tsx";
import { LogHistory, NoLines } from "../parts/log-history.tsx";
import { LogList } from "../parts/log-list.tsx";
import { LogToolbar } from "../parts/log-toolbar.tsx";
import { useWhenBack } from "../parts/when-back.ts";

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
  const gone = useSignal<string | null>(null);
  const lookUp = async () => {
    const place = linked === null ? null : placeOf(linked);
    if (place === null || selected.value !== null) return;
    const there = await history.at(place.task, place.at);
    if (there !== null && !there.some((one) => lineName(one) === linked)) gone.value = linked;
  };
  useEffect(() => void lookUp(), [linked, history]);
  useWhenBack(() => void lookUp());
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
      <LogToolbar />
      <LogHistory />
      {linked === null || gone.value !== linked ? null : <GoneLine onClose={() => select(null)} />}
      <div class="log-frame">
        {count === 0 ? (
          <NoLines />
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

/** Logs are kept for a while, and a task that is removed takes its own along. */
function GoneLine({ onClose }: { onClose: () => void }) {
  return (
    <div class="notice" role="status">
      {icons.link}
      <span>The line that this address leads to is not kept any more.</span>
      <button type="button" class="button small" onClick={onClose}>
        Show the newest
      </button>
    </div>
  );
}
