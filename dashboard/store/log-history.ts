import { type ReadonlySignal, signal } from "@preact/signals";
import type { FoundLine } from "#protocol/log-search.ts";
import type { QueryOf } from "#protocol/routes.ts";
import type { Call } from "../api/call.ts";
import type { LineFilter } from "../domain/line-filter.ts";
import type { TaskLine } from "../domain/line-merge.ts";

/** What the server has of lines that are not on the page yet: it is asked for those that the filter lets through. */
export type LogHistoryStore = {
  state: ReadonlySignal<"idle" | "looking" | "more" | "whole">;
  /** Why the last look failed; null when it did not. */
  failure: ReadonlySignal<string | null>;
  /** The newest that fit. Never throws: `failure` tells. */
  look(filter: LineFilter, now: number): Promise<void>;
  /** Goes on where the last look ended. */
  further(): Promise<void>;
  /** The lines of a task at that very instant; null where the server does not tell. */
  at(task: string, instant: string): Promise<readonly Pick<TaskLine, "task" | "line">[] | null>;
};

type Query = Partial<QueryOf<"searchLogs">>;

/** The most that the server gives at once. */
const pageLines = 1_000;
/** An answer may hold few lines, as it took its two seconds to find them: it is gone on with so often by itself. */
const mostRounds = 4;
const enoughLines = 100;

export function openLogHistory(
  call: Call,
  found: (lines: readonly Omit<TaskLine, "key">[]) => number,
): LogHistoryStore {
  const state = signal<"idle" | "looking" | "more" | "whole">("idle");
  const failure = signal<string | null>(null);
  let asked: Query = {};
  let next: string | null = null;
  let newest = 0;

  const ask = async (query: Query): Promise<string | null> => {
    const answer = await call("searchLogs", { query: query as QueryOf<"searchLogs"> });
    found(answer.lines.toReversed().map(taskLineOf));
    sum += answer.lines.length;
    return answer.next;
  };
  let sum = 0;

  const go = async (cursor: string | null) => {
    newest += 1;
    const mine = newest;
    state.value = "looking";
    failure.value = null;
    next = cursor;
    sum = 0;
    try {
      for (let round = 0; round < mostRounds && sum < enoughLines; round += 1) {
        const reached = await ask({ ...asked, limit: pageLines, ...(next === null ? {} : { cursor: next }) });
        if (mine !== newest) return;
        next = reached;
        if (next === null) break;
      }
      state.value = next === null ? "whole" : "more";
    } catch (error) {
      if (mine !== newest) return;
      state.value = "more";
      failure.value = error instanceof Error ? error.message : "It could not be searched.";
    }
  };

  return {
    state,
    failure,
    look: (filter, now) => {
      asked = queryOf(filter, now);
      return go(null);
    },
    further: () => go(next),
    at: async (task, instant) => {
      const to = new Date(Date.parse(instant) + 1).toISOString();
      try {
        const query = { task, from: instant, to, limit: pageLines } as QueryOf<"searchLogs">;
        const lines = (await call("searchLogs", { query })).lines.toReversed().map(taskLineOf);
        found(lines);
        return lines;
      } catch {
        // The stale banner tells that the server is away; once it is back the page is asked anew.
        return null;
      }
    },
  };
}

function taskLineOf({ task, run, at, kind, text }: FoundLine): Omit<TaskLine, "key"> {
  return { task, run, line: { at, kind, text } };
}

function queryOf(filter: LineFilter, now: number): Query {
  const { task, runner, kind, level, minutes, text, isPattern } = filter;
  return {
    ...(text.trim() === "" ? {} : { q: text.slice(0, 500) }),
    ...(isPattern && text !== "" ? { regex: "1" } : {}),
    ...(task === null ? {} : { task }),
    ...(runner === null ? {} : { runner }),
    ...(kind === null ? {} : { kind }),
    ...(level === null ? {} : { level }),
    ...(minutes === null ? {} : { from: new Date(now - minutes * 60_000).toISOString() }),
  };
}
