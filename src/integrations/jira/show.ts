import { ElsewhereRefusedError, type ShownElsewhere } from "#operations/ports/elsewhere.ts";
import type { Task } from "#protocol/task.ts";
import { commentMark, type JiraPicture } from "./picture.ts";
import { documentOf, plainDocument, textOf, wikiOf } from "./rich-text.ts";
import { moveFor, type StateMap } from "./states.ts";
import { isSameUser, type JiraUser } from "./ticket.ts";
import { isGone, type RichText, refusalIn, type Wire } from "./wire.ts";

export type ShowOptions = {
  wire: Wire;
  kind: "cloud" | "server";
  /** Ourselves, as Jira knows us. */
  me: () => Promise<JiraUser>;
  /** Jira's user of a GitHub login; null for those whom nobody has named. */
  userOf: (login: string) => Promise<JiraUser | null>;
  states: StateMap;
};

type Step = { task: Task; key: string; wanted: JiraPicture; before: ShownElsewhere | null };

/**
 * Makes the ticket show the picture: where it stands, its links, its fields, and at last the one comment, which also says
 * what Jira would not take. Each part is such that doing it twice is doing it once.
 * @returns the comment's id
 * @throws ElsewhereRefusedError when a part was refused for good; the others are done then
 */
export async function showTicket(of: ShowOptions, step: Step): Promise<string> {
  const { key, wanted, before } = step;
  const shown = before === null ? null : (before.picture as JiraPicture);
  const refused: string[] = [];
  const trying = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      const why = refusalIn(error);
      if (why === null) throw error;
      refused.push(`Jira does not take ${what} (${why})`);
    }
  };
  if (shown?.state !== wanted.state) await trying("the transition", () => move(of, step, refused));
  for (const { name, isResolved, title, url } of wanted.links.filter((one) => !isIn(shown?.links, one)))
    await trying("a link", () => of.wire.link(key, { globalId: `cc-orchestrator:${name}`, url, title, isResolved }));
  if (wanted.assignee !== null && shown === null) await trying("the assignee", () => assign(of, step));
  const fields = Object.entries(wanted.fields).filter(([field, value]) => shown?.fields[field] !== value);
  if (fields.some(([, value]) => value !== null))
    await trying("the fields", () => of.wire.fill(key, Object.fromEntries(fields)));
  const id = await comment(of, step, refused);
  if (refused.length > 0) throw new ElsewhereRefusedError(`${key}: ${refused.join("; ")}`, id);
  return id;
}

async function move(of: ShowOptions, { key, wanted }: Step, refused: string[]): Promise<void> {
  const [current, transitions] = await Promise.all([of.wire.status(key), of.wire.transitions(key)]);
  const step = moveFor(wanted.state, { names: of.states, current, transitions });
  if (step === null) return;
  if ("missing" in step) refused.push(step.missing);
  else await of.wire.transit(key, step.transition);
}

async function assign(of: ShowOptions, { key, wanted }: Step): Promise<void> {
  const { assignee } = wanted;
  const user = assignee === "bot" || assignee === null ? await of.me() : await of.userOf(assignee.login);
  if (user !== null) await of.wire.assign(key, user);
}

async function comment(of: ShowOptions, step: Step, refused: readonly string[]): Promise<string> {
  const { key, wanted, before, task } = step;
  const notes = refused.map((note) => `**Note:** ${note}.`);
  const markdown = [wanted.comment, ...notes, wanted.foot].join("\n\n");
  const known = before?.remoteId ?? (await findComment(of, key, task));
  const write = async (body: RichText): Promise<string> => {
    if (known === null) return of.wire.addComment(key, body);
    try {
      await of.wire.updateComment(key, known, body);
      return known;
    } catch (error) {
      // Somebody has deleted it.
      if (isGone(error)) return of.wire.addComment(key, body);
      throw error;
    }
  };
  try {
    return await write(of.kind === "cloud" ? documentOf(markdown) : wikiOf(markdown));
  } catch (error) {
    const why = refusalIn(error);
    if (why === null) throw error;
    if (isGone(error)) throw new ElsewhereRefusedError(`${key} is gone, or may not be seen (${why})`);
    if (!why.startsWith("400")) throw new ElsewhereRefusedError(`${key}: Jira does not take a comment (${why})`);
    // The form was not to its liking; the words are what matters.
    return write(of.kind === "cloud" ? plainDocument(markdown) : markdown);
  }
}

/** Made in the moment in which we died. */
async function findComment(of: ShowOptions, key: string, task: Task): Promise<string | null> {
  const [me, comments] = [await of.me(), await of.wire.comments(key)];
  const mark = commentMark(task.name);
  const ours = comments.find(({ author, body }) => isSameUser(author, me) && endsWith(textOf(body), mark));
  return ours?.id ?? null;
}

function endsWith(text: string, mark: string): boolean {
  return text.replace(/[\\_*]/g, "").includes(mark) && !new RegExp(`${mark}\\d`).test(text);
}

function isIn<T>(list: readonly T[] | undefined, one: T): boolean {
  return (list ?? []).some((other) => JSON.stringify(other) === JSON.stringify(one));
}
