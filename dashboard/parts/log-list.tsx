import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { firstSince, type TaskLine } from "../domain/line-merge.ts";
import { timeOfDay } from "../domain/numbers.ts";
import { elementHeight, scrolledTo, type TallView, viewAt } from "../domain/tall-list.ts";
import { visibleLine } from "../domain/visible.ts";
import type { Shown } from "../store/all-logs.ts";
import { Scrolling } from "./scrolling.tsx";

/** As in the style sheet. */
const rowPx = 24;
const spareRows = 12;

type Props = {
  shown: Shown;
  /** Whether the newest line stays in sight. */
  isFollowing: boolean;
  /** Somebody scrolled up, away from the newest line. */
  onLeave: () => void;
  /** Somebody scrolled down to it again. */
  onEnd: () => void;
  selected: TaskLine | null;
  onSelect: (line: TaskLine) => void;
};

/** Only what is in sight exists as elements, so that the number of lines does not matter. */
export function LogList({ shown, isFollowing, onLeave, onEnd, selected, onSelect }: Props) {
  const frame = useRef<HTMLElement>(null);
  const view = useSignal<TallView>({ top: 0, offset: 0 });
  const height = useSignal(600);
  /** The line at the upper edge: it stays there when older ones come before it. */
  const edge = useRef<{ line: TaskLine; at: number } | null>(null);
  const tall = { total: shown.count * rowPx, seen: height.value };
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [height]);
  const goTo = (y: number) => {
    view.value = viewAt(y, tall);
    if (frame.current !== null) frame.current.scrollTop = view.value.top;
  };
  useLayoutEffect(() => {
    if (isFollowing) return goTo(tall.total);
    const { line, at } = edge.current ?? {};
    if (line === undefined || at === undefined || shown.lines[at] === line) return;
    const now = placeOf(shown, line);
    if (now !== null) goTo(now * rowPx + ((view.value.top + view.value.offset) % rowPx));
  }, [isFollowing, shown, height.value]);
  useLayoutEffect(() => {
    const at = selected === null ? null : placeOf(shown, selected);
    const y = view.value.top + view.value.offset;
    if (at !== null && (at * rowPx < y || (at + 1) * rowPx > y + height.value)) goTo(at * rowPx - height.value / 2);
  }, [selected]);
  const y = view.value.top + view.value.offset;
  const first = Math.max(0, Math.floor(y / rowPx) - spareRows);
  const last = Math.min(shown.count, Math.ceil((y + height.value) / rowPx) + spareRows);
  const top = Math.min(shown.count, Math.floor(y / rowPx));
  edge.current = shown.lines[top] === undefined ? null : { line: shown.lines[top], at: top };
  const scroll = (event: Event) => {
    const element = event.currentTarget as HTMLElement;
    const before = view.value;
    if (element.scrollTop === before.top) return;
    const next = scrolledTo(before, element.scrollTop, tall);
    view.value = next;
    if (next.top !== element.scrollTop) element.scrollTop = next.top;
    const left = tall.total - tall.seen - next.top - next.offset;
    const isUpward = next.top + next.offset < before.top + before.offset;
    if (isUpward && left > 2 * rowPx && isFollowing) onLeave();
    if (!isUpward && left < rowPx / 2 && !isFollowing) onEnd();
  };
  return (
    <Scrolling says="Lines" frame={frame} class="log-list" onScroll={scroll} role="log" aria-live="off">
      <div class="log-space" style={{ height: `${elementHeight(tall)}px` }}>
        <div class="log-rows" style={{ transform: `translateY(${first * rowPx - view.value.offset}px)` }}>
          {shown.lines.slice(first, last).map((one) => (
            <Row key={one.key} one={one} isSelected={one === selected} onSelect={onSelect} />
          ))}
        </div>
      </div>
    </Scrolling>
  );
}

function Row({
  one,
  isSelected,
  onSelect,
}: {
  one: TaskLine;
  isSelected: boolean;
  onSelect: (line: TaskLine) => void;
}) {
  return (
    <button
      type="button"
      tabIndex={-1}
      class={`log-row kind-${one.line.kind} ${isSelected ? "is-selected" : ""}`}
      onClick={() => onSelect(one)}
    >
      <span class="log-at numbers">{timeOfDay(one.line.at)}</span>
      <span class="log-task">{one.task}</span>
      <span class="log-kind">{one.line.kind}</span>
      <span class="log-text">{visibleLine(one.line.text.slice(0, 400))}</span>
    </button>
  );
}

/** Where a line stands among those that are shown; null where it does not. */
function placeOf({ lines, count }: Shown, line: TaskLine): number | null {
  for (let at = firstSince(lines, line.line.at); at < count && lines[at]?.line.at === line.line.at; at += 1)
    if (lines[at] === line) return at;
  return null;
}
