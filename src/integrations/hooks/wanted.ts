import { fillTemplate, valueAt } from "#domain/text/template.ts";
import type { AskedElsewhere, WishElsewhere } from "#operations/ports/elsewhere.ts";
import type { HookConfig } from "#protocol/hook.ts";
import { Priority } from "#protocol/task.ts";
import { RepositoryName, TaskName } from "#protocol/words.ts";
import { cutTo } from "../card.ts";

export type Wanted =
  | { kind: "task"; wish: WishElsewhere }
  | { kind: "command"; asked: AskedElsewhere }
  | { kind: "nothing" };

/** What came does not fit what the hook is for; a sentence for whoever sends. */
export class HookMismatchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "HookMismatchError";
  }
}

const titleLength = 300;
const bodyLength = 100_000;

/**
 * What a message asks for.
 * @param id of the message, by which it is known again
 * @throws HookMismatchError, MissingValueError
 */
export function wantedOf({ name, login, when, does }: HookConfig, id: string, values: unknown): Wanted {
  if (!Object.entries(when).every(([path, value]) => valueAt(values, path) === value)) return { kind: "nothing" };
  const fill = (template: string) => fillTemplate(template, values).trim();
  if (does.kind === "command") {
    const key = `hook:${name}:${id}`;
    return {
      kind: "command",
      asked: { key, login, verb: does.verb, words: fill(does.words), of: subjectOf(fill(does.of)) },
    };
  }
  const title = cutTo(fill(does.title).replace(/\s+/g, " "), titleLength);
  if (title === "") throw new HookMismatchError("The title is empty.");
  return {
    kind: "task",
    wish: {
      origin: {
        kind: "webhook",
        place: name,
        key: cutTo(does.key === null ? id : fill(does.key) || id, 200),
        url: does.url === null ? null : addressOf(fill(does.url)),
      },
      repository: parsed(RepositoryName, fill(does.repository), "no owner/name of a repository"),
      title,
      body: cutTo(fill(does.body), bodyLength),
      comments: [],
      omittedComments: 0,
      login,
      priority: parsed(Priority, fill(does.priority), "no priority: high, normal or low"),
      isPlan: does.isPlan,
    },
  };
}

function subjectOf(text: string): AskedElsewhere["of"] {
  const issue = /^([\w.-]{1,100}\/[\w.-]{1,100})#(\d{1,9})$/.exec(text);
  if (issue !== null) return { repository: issue[1] ?? "", issue: Number(issue[2]) };
  return parsed(TaskName, text.toUpperCase(), "neither a task, as TASK-12, nor an issue, as owner/name#12");
}

function addressOf(text: string): string | null {
  return /^https?:\/\/\S{1,1990}$/.test(text) ? text : null;
}

function parsed<T>(
  schema: { safeParse(value: string): { success: boolean; data?: T } },
  text: string,
  what: string,
): T {
  const read = schema.safeParse(text);
  if (read.success && read.data !== undefined) return read.data;
  throw new HookMismatchError(`${JSON.stringify(cutTo(text, 100))} is ${what}.`);
}
