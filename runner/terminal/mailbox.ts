import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { readIfThere } from "#runner/read-if-there.ts";
import { syncFolder, terminalFiles, writeOnce } from "./files.ts";
import { watchPath } from "./watch.ts";

/**
 * What the runner says to the agent: one file, one line, in the order of their numbers. A delivered file moves to
 * `in/done`, so whoever looks later knows what the agent was told. The empty file `in/end` closes its stdin after
 * everything before it.
 */
const LETTER = /^\d{6}\.json$/;

export class MailboxClosed extends Error {}

/** Creates the mailbox's folders; they may exist. */
export function makeMailbox(folder: string): void {
  mkdirSync(terminalFiles(folder).done, { recursive: true, mode: 0o700 });
}

/** Puts one line in the mailbox, durably. @throws MailboxClosed after `endMailbox` */
export function postLine(folder: string, line: string): void {
  const { inbox, done, end } = terminalFiles(folder);
  if (/[\r\n]/.test(line)) throw new Error("A message to the agent is one line");
  if (existsSync(end)) throw new MailboxClosed("The agent's input is closed");
  let number = 1 + Math.max(0, ...[...letters(inbox), ...letters(done)].map((name) => Number.parseInt(name, 10)));
  while (!writeOnce(join(inbox, `${String(number).padStart(6, "0")}.json`), `${line}\n`)) number += 1;
}

/** Closes the agent's stdin once everything posted so far has been delivered. Repeating it changes nothing. */
export function endMailbox(folder: string): void {
  writeOnce(terminalFiles(folder).end, "");
}

/** The lines that the agent has been given, oldest first. */
export function deliveredLines(folder: string): string[] {
  const { done } = terminalFiles(folder);
  return letters(done).map((name) => readFileSync(join(done, name), "utf8").trimEnd());
}

/** All lines that were ever posted, delivered or not, in no order. */
export function postedLines(folder: string): string[] {
  const { inbox, done } = terminalFiles(folder);
  const lines = [inbox, done].flatMap((place) => pathsIn(place).map((path) => readIfThere(path)?.trimEnd() ?? ""));
  return [...new Set(lines.filter((line) => line !== ""))];
}

/** Whether a line with this text in it was ever posted, delivered or not: what was posted must not be posted again. */
export function wasPosted(folder: string, text: string): boolean {
  const { inbox, done } = terminalFiles(folder);
  // A letter moves from the one to the other and never back: whoever looks in this order meets it at least once.
  return [inbox, done].some((place) => pathsIn(place).some((path) => (readIfThere(path) ?? "").includes(text)));
}

function pathsIn(folder: string): string[] {
  return existsSync(folder) ? letters(folder).map((name) => join(folder, name)) : [];
}

/**
 * Carries the mailbox into `stdin`, one letter at a time, each as soon as it lies there. Ends when the stream does.
 * @returns stops carrying
 */
export function deliverMail(folder: string, stdin: Writable): () => void {
  const { inbox, done, end } = terminalFiles(folder);
  let carrying = false;
  let stopped = false;

  const carry = () => {
    if (carrying || stopped) return;
    const [next] = letters(inbox);
    if (next === undefined) {
      if (existsSync(end) && letters(inbox).length === 0) {
        stop();
        stdin.end();
      }
      return;
    }
    carrying = true;
    stdin.write(readFileSync(join(inbox, next)), (error) => {
      carrying = false;
      // The agent has closed its input, usually because it is ending: the letter stays, undelivered.
      if (error) return stop();
      renameSync(join(inbox, next), join(done, next));
      syncFolder(done);
      carry();
    });
  };

  const unwatch = watchPath(inbox, carry, 2_000);
  const stop = () => {
    stopped = true;
    unwatch();
  };
  carry();
  return stop;
}

function letters(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => LETTER.test(name))
    .sort();
}
