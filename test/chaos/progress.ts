import type { Moment } from "./plan.ts";

/** How far each task is, as the outside world sees it. */
export type Progress = {
  tell(ordinal: number, event: Moment["event"]): void;
  /** Calls back once, when the moment comes; at once where it has come before. */
  when(ordinal: number, moment: Moment, act: () => void): void;
};

export function openProgress(): Progress {
  const counts = new Map<string, number>();
  const waiting = new Map<string, { nth: number; act: () => void }[]>();
  const nthOf = ({ event, nth }: Moment) => (event === "labelled" ? 1 : nth);
  return {
    tell(ordinal, event) {
      const key = `${ordinal} ${event}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      const due = waiting.get(key) ?? [];
      waiting.set(
        key,
        due.filter(({ nth }) => nth > count),
      );
      for (const { act } of due.filter(({ nth }) => nth <= count)) act();
    },
    when(ordinal, moment, act) {
      const key = `${ordinal} ${moment.event}`;
      if ((counts.get(key) ?? 0) >= nthOf(moment)) return act();
      waiting.set(key, [...(waiting.get(key) ?? []), { nth: nthOf(moment), act }]);
    },
  };
}
