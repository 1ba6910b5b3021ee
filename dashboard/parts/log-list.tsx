import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { timeOfDay } from "../domain/numbers.ts";
import { visibleLine } from "../domain/visible.ts";
import type { TaskLine } from "../store/all-logs.ts";

/** As in the style sheet. */
const rowPx = 24;
const spareRows = 12;

type Props = {
  lines: readonly TaskLine[];
  /** Whether the newest line stays in sight. */
  isFollowing: boolean;
  /** Somebody scrolled up, away from the newest line. */
  onLeave: () => void;
  selected: number | null;
  onSelect: (line: TaskLine) => void;
};

/** Only what is in sight exists as elements, so that the number of lines does not matter. */
export function LogList({ lines, isFollowing, onLeave, selected, onSelect }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [height]);
  useLayoutEffect(() => {
    if (isFollowing && frame.current !== null) frame.current.scrollTop = frame.current.scrollHeight;
  }, [isFollowing, lines.length, lines.at(-1)?.key, height.value]);
  const first = Math.max(0, Math.floor(top.value / rowPx) - spareRows);
  const last = Math.min(lines.length, Math.ceil((top.value + height.value) / rowPx) + spareRows);
  const scroll = (event: Event) => {
    const element = event.currentTarget as HTMLElement;
    const isUpward = element.scrollTop < top.value;
    top.value = element.scrollTop;
    const left = element.scrollHeight - element.clientHeight - element.scrollTop;
    if (isUpward && left > 2 * rowPx && isFollowing) onLeave();
  };
  return (
    <div ref={frame} class="log-list" onScroll={scroll} role="log" aria-label="Lines" aria-live="off">
      <div class="log-space" style={{ height: `${lines.length * rowPx}px` }}>
        <div class="log-rows" style={{ transform: `translateY(${first * rowPx}px)` }}>
          {lines.slice(first, last).map((one) => (
            <button
              type="button"
              key={one.key}
              class={`log-row kind-${one.line.kind} ${one.key === selected ? "is-selected" : ""}`}
              onClick={() => onSelect(one)}
            >
              <span class="log-at numbers">{timeOfDay(one.line.at)}</span>
              <span class="log-task">{one.task}</span>
              <span class="log-kind">{one.line.kind}</span>
              <span class="log-text">{visibleLine(one.line.text.slice(0, 400))}</span>
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}
