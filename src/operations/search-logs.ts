import { lineTestOf, type TextWish, textWishOf } from "#domain/log-search.ts";
import { taskIdOf, taskName } from "#domain/task.ts";
import type { FoundLine, FoundLines, LogQuery } from "#protocol/log-search.ts";
import { type LinePlace, PatternTooSlowError, type SearchLogs } from "./ports/log-search.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/** More at once would keep others from their work: each reads files and may try an expression. */
const mostAtOnce = 4;
let under = 0;

/**
 * The lines of all logs that fit. One answer looks for so many lines, and for so long; its `next` goes on from there.
 * @param sees whether who asks may see what belongs to the repository
 * @throws ProblemError 400 for what is no regular expression, 422 for one that takes too long, 503 when too many search
 */
export async function searchLogs(
  world: Pick<World, "store">,
  search: SearchLogs,
  of: { query: LogQuery; sees: (repository: string) => boolean; signal: AbortSignal },
): Promise<FoundLines> {
  const { query, sees, signal } = of;
  const text = textWishOf(query);
  checkPattern(text);
  if (under >= mostAtOnce) throw tooMany();
  const runnerOf = remembered((runId) => runnerName(world, runId));
  const isSeen = remembered((taskId) => {
    const repository = world.store.tasks.get(taskId)?.repository.name;
    return repository !== undefined && sees(repository);
  });
  const only = query.task === undefined ? null : taskIdOf(query.task);
  under += 1;
  try {
    const { lines, reached } = await search({
      wants: (taskId, runId) =>
        (only === null || taskId === only) &&
        isSeen(taskId) &&
        (query.runner === undefined || runnerOf(runId) === query.runner),
      fits: lineTestOf(query),
      text,
      before: query.cursor === undefined ? null : placeOf(query.cursor),
      since: query.from === undefined ? null : Date.parse(query.from),
      limit: query.limit,
      signal,
    });
    return {
      lines: lines.map(
        ({ line, ...place }): FoundLine => ({
          ...line,
          id: `${place.runId}.${place.offset}`,
          task: taskName(place.taskId),
          run: place.runId,
          runner: runnerOf(place.runId),
        }),
      ),
      next: reached === null ? null : `${reached.runId}.${reached.taskId}.${reached.offset}`,
    };
  } catch (error) {
    throw error instanceof PatternTooSlowError ? tooSlow() : error;
  } finally {
    under -= 1;
  }
}

function checkPattern(text: TextWish): void {
  if (text?.kind !== "pattern") return;
  try {
    new RegExp(text.source, "i");
  } catch (error) {
    throw new ProblemError(
      {
        status: 400,
        code: "bad_pattern",
        title: error instanceof Error ? error.message.slice(0, 300) : "This is no regular expression.",
        advice: "Put a backslash before signs that have a meaning, as in f\\(x\\), or search for words.",
      },
      { cause: error },
    );
  }
}

function tooSlow(): ProblemError {
  return new ProblemError({
    status: 422,
    code: "pattern_too_slow",
    title: "This regular expression takes too long on some line.",
    advice: "Avoid a repetition within a repetition, as in (a+)+, or search for words.",
  });
}

function tooMany(): ProblemError {
  return new ProblemError({ status: 503, code: "crowded", title: "Too many are searching the logs at this moment." });
}

function placeOf(cursor: string): LinePlace {
  const [runId = 0, taskId = 0, offset = 0] = cursor.split(".").map(Number);
  return { runId, taskId, offset };
}

function runnerName({ store }: Pick<World, "store">, runId: number): string | null {
  const id = store.runs.get(runId)?.runnerId ?? null;
  return id === null ? null : (store.runners.get(id)?.name ?? null);
}

/** One search asks for the same few again and again. */
function remembered<T>(ask: (id: number) => T): (id: number) => T {
  const known = new Map<number, T>();
  return (id) => {
    const found = known.get(id);
    if (found !== undefined || known.has(id)) return found as T;
    const asked = ask(id);
    known.set(id, asked);
    return asked;
  };
}
