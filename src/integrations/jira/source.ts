import { spokenWords } from "#domain/commands/spoken-command.ts";
import type { Ear } from "#operations/ports/elsewhere.ts";
import type { Task } from "#protocol/task.ts";
import { openQuestion } from "../card.ts";
import { type JiraProject, projectOf, selectionOf } from "./project.ts";
import { documentOf, textOf, wikiOf } from "./rich-text.ts";
import { askedBy, isSameUser, type JiraComment, type JiraTicket, type JiraUser, loginOfUser } from "./ticket.ts";
import { isGone, refusalIn, type Wire } from "./wire.ts";
import { wishOf } from "./wish.ts";

export type SourceOptions = {
  wire: Wire;
  kind: "cloud" | "server";
  url: string;
  place: string;
  projects: readonly JiraProject[];
  people: Readonly<Record<string, string>>;
  me: () => Promise<JiraUser>;
};

/** What commands answer in words; the others show in the one comment what has come of them. */
const telling: ReadonlySet<string> = new Set(["status", "why", "help"]);
const told = "cc-orchestrator.people";

/**
 * Looks at one ticket: what asks for work becomes a task, what asks no more ends it, and what permitted people have
 * written since the last look is carried out. Looking again changes nothing, and neither does what we ourselves wrote.
 * @param isSelected whether a query has just found it; null where that is not known
 * @throws ElsewhereBusyError, ElsewhereDownError, and whatever else may go better another time
 */
export async function lookAtTicket(
  of: SourceOptions,
  ear: Ear,
  key: string,
  isSelected: boolean | null,
): Promise<void> {
  const project = of.projects.find((one) => one.project === projectOf(key));
  if (project === undefined) return;
  const task = ear.taskOf(key);
  const isWanted = async () =>
    isSelected ?? (await of.wire.search(`key = "${key}" AND ${selectionOf(project)}`)).length > 0;
  if (task === null && !(await isWanted())) return;
  const ticket = await readTicket(of, key);
  if (ticket === null) return;
  if (task === null) return begin(of, ear, project, ticket);
  await follow(of, ear, project, ticket, task);
  await hear(of, ear, ticket.key, task);
}

async function readTicket({ wire }: SourceOptions, key: string): Promise<JiraTicket | null> {
  try {
    return await wire.ticket(key);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

async function begin(of: SourceOptions, ear: Ear, project: JiraProject, ticket: JiraTicket): Promise<void> {
  const { key } = ticket;
  const { user, at } = askedBy(ticket, project.label);
  // Refused before: only another wish is worth another look.
  if (ear.marks.get(`refused ${key}`) === at) return;
  const login = loginOfUser(of.people, user);
  const who = user?.displayName ?? "whoever asked";
  const refuse = async (sentence: string) => {
    await say(of, key, `Nothing was started: ${sentence}`);
    ear.marks.put(`refused ${key}`, at);
  };
  if (login === null)
    return refuse(
      `the operator has not said whose GitHub login is that of ${who}. They add it under integrations.jira.people.`,
    );
  const [me, comments] = await Promise.all([of.me(), of.wire.comments(key)]);
  const { people, url, place } = of;
  const wish = await wishOf({ ticket, comments, project, login, me, people, url, place }, of.wire.attachment);
  const submitted = await ear.submit(wish);
  if ("refusal" in submitted) return refuse([submitted.refusal.sentence, submitted.refusal.advice].join(" ").trim());
  ear.marks.put(`heard ${key}`, newestOf(comments));
  ear.marks.put(`asked ${key}`, at);
}

/** The label taken off or the ticket closed ends the work; the label put back takes it up again. */
async function follow(
  of: SourceOptions,
  ear: Ear,
  { label }: JiraProject,
  ticket: JiraTicket,
  task: Task,
): Promise<void> {
  const { labels, status } = ticket.fields;
  const isLabelled = label === null || (labels ?? []).includes(label);
  const isAlive = task.status !== "completed" && task.status !== "in_review";
  if (isAlive && (!isLabelled || status.statusCategory?.key === "done")) {
    const how = isLabelled ? `${ticket.key} was closed in Jira` : `the label ${label} was taken off ${ticket.key}`;
    ear.withdraw(task.name, { by: "somebody in Jira", how });
    return;
  }
  if (label === null || !isLabelled) return;
  const { user, at } = askedBy(ticket, label);
  if (task.conclusion !== "cancelled" || ear.marks.get(`asked ${ticket.key}`) === at) return;
  const login = loginOfUser(of.people, user);
  ear.marks.put(`asked ${ticket.key}`, at);
  if (login === null) return;
  const key = `jira:${of.place}:${ticket.key}:${at}`;
  const { isDone, sentence } = await ear.answer({ key, login, verb: "retry", words: "", of: task.name });
  if (!isDone) await say(of, ticket.key, sentence);
}

/** Carries out what was written since the last look, in its order. */
async function hear(of: SourceOptions, ear: Ear, key: string, task: Task): Promise<void> {
  const [me, comments] = await Promise.all([of.me(), of.wire.comments(key)]);
  const heard = Number(ear.marks.get(`heard ${key}`) ?? 0);
  // What was written before that is part of the request.
  const since = Date.parse(task.createdAt) - 1_000;
  const isFresh = ({ id, created }: JiraComment) => Number(id) > heard && Date.parse(created) >= since;
  const fresh = comments.filter(isFresh).sort((one, other) => Number(one.id) - Number(other.id));
  for (const comment of fresh) {
    if (!isSameUser(comment.author, me)) await carryOut(of, ear, key, task.name, comment);
    ear.marks.put(`heard ${key}`, comment.id);
  }
}

async function carryOut(
  of: SourceOptions,
  ear: Ear,
  ticket: string,
  name: Task["name"],
  comment: JiraComment,
): Promise<void> {
  const text = textOf(comment.body).trim();
  const command = spokenWords(text);
  const now = ear.look(name);
  const question = now === null ? null : openQuestion(now);
  if (command === null && (question === null || Date.parse(comment.created) < Date.parse(question.askedAt) - 1_000))
    return;
  const login = loginOfUser(of.people, comment.author);
  if (login === null) {
    // Others may talk while Claude waits; who commands is told once why nothing comes of it.
    if (command === null || ear.marks.get(`stranger ${ticket}`) !== null) return;
    await say(
      of,
      ticket,
      "Nothing was done: the operator has not said whose GitHub login is yours. They add you under integrations.jira.people.",
    );
    ear.marks.put(`stranger ${ticket}`, told);
    return;
  }
  const { verb, words } = command ?? { verb: "answer", words: text };
  const asked = { key: `jira:${of.place}:${comment.id}`, login, verb, words, of: name };
  const answered = await ear.answer(
    question === null || verb !== "answer" ? asked : { ...asked, question: question.askedAt },
  );
  if (!answered.isDone || telling.has(verb)) await say(of, ticket, answered.sentence);
}

/** In a comment of its own, for what is said once. */
async function say({ wire, kind }: SourceOptions, key: string, sentence: string): Promise<void> {
  const markdown = sentence.replace(/([\\*_[\]<>`#])/g, "\\$1");
  try {
    await wire.addComment(key, kind === "cloud" ? documentOf(markdown) : wikiOf(markdown));
  } catch (error) {
    // It cannot be said there; it is in the audit.
    if (refusalIn(error) === null) throw error;
  }
}

function newestOf(comments: readonly JiraComment[]): string {
  return String(Math.max(0, ...comments.map(({ id }) => Number(id))));
}
