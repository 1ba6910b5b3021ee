import { type Notification, notificationOf } from "#domain/notification.ts";
import { inLabels } from "#protocol/command-words.ts";
import type { NotificationPolicy, TaskEvent } from "#protocol/notification.ts";
import type { Question } from "#protocol/question.ts";
import type { Task } from "#protocol/task.ts";
import { sourceOf } from "#protocol/task-source.ts";

/** What a task is for whoever follows it in a channel. */
export type Attention = TaskEvent;

export const attentionWords = {
  needs_you: "Needs you",
  working: "Working",
  review: "In review",
  done: "Done",
  failed: "Failed",
} as const satisfies Record<Attention, string>;

/** Something that people may press: what is asked for, and the words behind it. */
export type Press = {
  verb: "approve" | "stop" | "retry" | "answer";
  label: string;
  style: "plain" | "good" | "danger";
  /** The number of a choice that this answers with; null where nothing, or free text, stands behind the verb. */
  choice: number | null;
  /** When that was asked which this answers or approves, as people see it; null where it is good at any time. */
  asOf: string | null;
};

/** A fact with the address that it leads to, if it has one. Text from outside: whoever shows it makes it harmless. */
export type Fact = { text: string; url: string | null };

/** A task as chats show it, before it is put into the words of one of them. */
export type Card = {
  task: Task["name"];
  attention: Attention;
  word: string;
  title: string;
  issue: Fact;
  sentence: string | null;
  advice: string | null;
  facts: Fact[];
  /** What Claude waits to be told. */
  question: Question | null;
  presses: Press[];
  /** When it began to be so; milliseconds since 1970. */
  since: number;
};

/** @param page the task's page on the dashboard, or null */
export function cardOf(task: Task, page: string | null): Card {
  const attention = attentionOf(task);
  const question = openQuestion(task);
  return {
    task: task.name,
    attention,
    word: attentionWords[attention],
    title: task.title,
    issue: { text: placeOf(task), url: sourceOf(task)?.url ?? null },
    sentence: sentenceOf(task),
    // The question's own advice speaks of comments; here there are buttons.
    advice: question === null && !isForApproval(task) ? adviceOf(task) : null,
    facts: factsOf(task, page),
    question,
    presses: [...answersOf(question), ...pressesOf(task)],
    since: Date.parse(question?.askedAt ?? task.runs.at(-1)?.completedAt ?? task.updatedAt),
  };
}

/** What to do, by the card's own buttons where it has them. */
function adviceOf(task: Task): string | null {
  const advice = task.reason?.advice ?? null;
  const presses = pressesOf(task);
  return advice && inLabels(advice, (verb) => presses.find((one) => one.verb === verb)?.label ?? null);
}

function attentionOf(task: Task): Attention {
  if (isForApproval(task)) return "needs_you";
  if (task.status === "in_review") return "review";
  if (task.status === "completed") return task.conclusion === "success" ? "done" : "failed";
  // A usage limit ends by itself; everything else that waits, waits for a person.
  if (task.status === "waiting" && task.reason?.until === undefined) return "needs_you";
  return openQuestion(task) === null ? "working" : "needs_you";
}

/** The question that an answer would go to; null when none is open. */
export function openQuestion(task: Task): Question | null {
  const question = task.runs.at(-1)?.question ?? null;
  // Handed over because nobody answered in time, it still takes an answer.
  const isOpen = task.status === "waiting" || task.reason?.code === "question_unanswered";
  return question === null || question.answer !== null || !isOpen ? null : question;
}

/** `acme/shop#12`, `acme/shop SHOP-12` */
function placeOf(task: Task): string {
  const name = sourceOf(task)?.name ?? "";
  return `${task.repository}${name.startsWith("#") || name === "" ? "" : " "}${name}`;
}

/** Who is to approve a plan sees it. */
function sentenceOf({ reason, runs }: Task): string | null {
  const plan = reason?.code === "plan_waits" ? runs.at(-1)?.summary : null;
  return plan ? `${reason?.sentence} ${plan}` : (reason?.sentence ?? null);
}

/** `TASK-12`, `pull request #14`, `$0.84`, `asked for by ada` */
function factsOf(task: Task, page: string | null): Fact[] {
  const { pullRequest } = task;
  const facts: Fact[] = [{ text: task.name, url: page }];
  if (pullRequest !== null) facts.push({ text: `pull request #${pullRequest.number}`, url: pullRequest.url });
  if (task.costUsd > 0) facts.push({ text: `$${task.costUsd.toFixed(2)}`, url: null });
  facts.push({ text: `asked for by ${task.requestedBy}`, url: null });
  return facts;
}

/** A single question with choices has one for each; all have one for words of one's own. */
function answersOf(question: Question | null): Press[] {
  if (question === null) return [];
  const [only, ...others] = question.items;
  const choices = only === undefined || others.length > 0 || only.multiSelect ? [] : only.options;
  const answer = { verb: "answer", asOf: question.askedAt } as const;
  const chosen = choices.map(
    ({ label }, at): Press => ({ ...answer, label: `${at + 1}. ${label}`, style: "plain", choice: at + 1 }),
  );
  return [...chosen, { ...answer, label: "Answer…", style: chosen.length > 0 ? "plain" : "good", choice: null }];
}

/** Whether a plan or a finished pull request waits for somebody to approve it. */
function isForApproval({ reason }: Task): boolean {
  return reason?.code === "plan_waits" || reason?.code === "approval_waits";
}

/** A plan is approved as it was when it was shown. */
function approvingOf(task: Task): Press[] {
  if (!isForApproval(task)) return [];
  const asOf = task.reason?.code === "plan_waits" ? (task.runs.at(-1)?.completedAt ?? null) : null;
  return [{ verb: "approve", label: "Approve", style: "good", choice: null, asOf }];
}

function pressesOf(task: Task): Press[] {
  const approving = approvingOf(task);
  const plain = { choice: null, asOf: null };
  switch (task.status) {
    case "queued":
    case "blocked":
    case "in_progress":
    case "waiting":
      return [...approving, { verb: "stop", label: "Stop", style: "danger", ...plain }];
    case "in_review":
      return approving;
    case "completed":
      return task.conclusion === "success" ? [] : [{ verb: "retry", label: "Retry", style: "good", ...plain }];
  }
}

/**
 * What is asked of each question, answered in one text: the questions' own order tells which line is whose.
 * @param answers one for each question
 */
export function answerText(answers: readonly string[]): string {
  if (answers.length === 1) return answers[0] ?? "";
  return answers.map((answer, at) => `${at + 1}: ${answer.replace(/\s+/g, " ").trim()}`).join("\n");
}

/** At most so many characters, the cut marked. */
export function cutTo(text: string, maxChars: number): string {
  const characters = Array.from(text);
  return characters.length > maxChars ? `${characters.slice(0, maxChars - 1).join("")}…` : text;
}

/** The GitHub login of somebody; null for those whom the operator has not named. */
export function loginOf(people: Readonly<Record<string, string>>, id: string): string | null {
  return Object.hasOwn(people, id) ? (people[id] ?? null) : null;
}

/** The ids in the chat of those with these GitHub logins, as far as they are known. */
export function idsOf(logins: readonly string[], people: Readonly<Record<string, string>>): string[] {
  return logins.flatMap((login) => {
    const found = Object.entries(people).find(([, known]) => known.toLowerCase() === login.toLowerCase());
    return found?.[0] ?? [];
  });
}

/** How a task's news is said in a place, by the operator's rules. */
export function notificationOfTask(
  task: Task,
  card: Card,
  of: { surface: string; policy: NotificationPolicy; now: number },
): Notification {
  const { repository, priority, requestedBy } = task;
  const { attention: event, since } = card;
  return notificationOf(of.policy, { event, surface: of.surface, repository, priority, requestedBy, since }, of.now);
}

/** What a stranger is told. */
export function strangerSentence(where: string): string {
  return `Nothing was done: the operator has not said whose GitHub login is yours. They add you under integrations.${where}.people.`;
}

/** What anybody is told when GitHub, or we, could not answer. */
export const laterSentence = "Nothing was done: GitHub did not answer. Try it again in a while.";
