import { UsageError } from "./errors.ts";

/** `TASK-12`, `task-12` or `12` as the task's name. */
export function taskName(given: string): string {
  const digits = /^(?:task-)?([1-9][0-9]{0,8})$/i.exec(given.trim())?.[1];
  if (digits === undefined)
    throw new UsageError(
      `"${given}" is not the name of a task.`,
      "Tasks are named like TASK-12: cc-orchestrator task list",
    );
  return `TASK-${digits}`;
}

export function repositoryName(given: string): string {
  const name = given.trim().replace(/^https:\/\/github\.com\//, "");
  if (/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/.test(name)) return name;
  throw new UsageError(
    `"${given}" is not the name of a repository.`,
    "Write it as owner/name, for example octocat/hello-world.",
  );
}

/** A whole number from 1 on, given as the value of a flag. */
export function positive(flag: string, given: string, most = Number.MAX_SAFE_INTEGER): number {
  const digits = given.replace(/^#/, "");
  const number = /^[0-9]{1,15}$/.test(digits) ? Number(digits) : 0;
  if (number >= 1 && number <= most) return number;
  const range = most === Number.MAX_SAFE_INTEGER ? "from 1 on" : `from 1 to ${most}`;
  throw new UsageError(`--${flag} must be a whole number ${range}, not "${given}".`, `Write for example --${flag} 12.`);
}

/** Dollars, given as the value of a flag. */
export function amount(flag: string, given: string): number {
  const number = /^\$?[0-9]{1,6}(\.[0-9]{1,2})?$/.test(given) ? Number(given.replace("$", "")) : 0;
  if (number >= 0.01 && number <= 1_000) return number;
  throw new UsageError(
    `--${flag} must be dollars from 0.01 to 1000, not "${given}".`,
    `Write for example --${flag} 2.50.`,
  );
}

/** One of a few words, given as the value of a flag. */
export function oneOf<const W extends string>(flag: string, words: readonly W[], given: string): W {
  const word = words.find((candidate) => candidate === given);
  if (word !== undefined) return word;
  throw new UsageError(`--${flag} cannot be "${given}".`, `Write one of: ${words.join(", ")}.`);
}
