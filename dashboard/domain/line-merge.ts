import type { LogLine } from "#protocol/report.ts";

/** A line with where it is from; `key` is its own for as long as the page is open. */
export type TaskLine = { key: number; task: string; run: number | null; line: LogLine };

/** What two copies of a line have in common. */
export function identityOf({ task, line }: Pick<TaskLine, "task" | "line">): string {
  return `${task} ${line.at} ${line.kind} ${line.text}`;
}

/**
 * Puts found lines among those that are there, by their time; null where all of them were there. The same line may have
 * been said twice: as many are there afterwards as either side has.
 * @param kept by time, the oldest first
 */
export function merged(kept: readonly TaskLine[], found: readonly TaskLine[]): TaskLine[] | null {
  const sorted = found.toSorted((one, other) => order(one.line.at, other.line.at));
  const [first, last] = [sorted.at(0), sorted.at(-1)];
  if (first === undefined || last === undefined) return null;
  const from = firstSince(kept, first.line.at);
  const there = new Map<string, number>();
  for (let at = from; at < kept.length && (kept[at]?.line.at ?? "") <= last.line.at; at += 1) {
    const identity = identityOf(kept[at] as TaskLine);
    there.set(identity, (there.get(identity) ?? 0) + 1);
  }
  const fresh = sorted.filter((one) => {
    const identity = identityOf(one);
    const left = there.get(identity) ?? 0;
    if (left > 0) there.set(identity, left - 1);
    return left === 0;
  });
  return fresh.length === 0 ? null : interleaved(kept, fresh, from);
}

function interleaved(kept: readonly TaskLine[], fresh: readonly TaskLine[], from: number): TaskLine[] {
  const all = kept.slice(0, from);
  let at = from;
  for (const one of fresh) {
    for (let next = kept[at]; next !== undefined && next.line.at <= one.line.at; next = kept[at]) {
      all.push(next);
      at += 1;
    }
    all.push(one);
  }
  for (let next = kept[at]; next !== undefined; next = kept[at]) {
    all.push(next);
    at += 1;
  }
  return all;
}

/** The place of the first line that is not older than that instant. */
export function firstSince(lines: readonly TaskLine[], instant: string): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle]?.line.at ?? "") < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Instants in ISO 8601 sort as text; far quicker than `localeCompare`. */
function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
