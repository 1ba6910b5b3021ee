/**
 * What the server says about tasks names commands as they are written in comments: `/claude retry`. In other places the
 * same thing is asked for in other words, and this table has them. Null is what a place has nothing for.
 */
const ways: Readonly<Record<string, { cli: string | null; page: string | null }>> = {
  retry: { cli: "task retry", page: "Retry" },
  continue: { cli: "task continue", page: "Continue in its session" },
  "fix-ci": { cli: "task fix-ci", page: "Repair failing checks" },
  rebase: { cli: "task rebase", page: "Bring up to date with its base" },
  approve: { cli: "task approve", page: "Approve" },
  stop: { cli: "task cancel", page: "Stop" },
  say: { cli: "task say", page: "Tell Claude" },
  answer: { cli: "task answer", page: "Answer" },
  why: { cli: "explain", page: null },
};

/** A command in back quotes, whatever word a repository has chosen for it; behind the verb what it takes. */
const commands = /`\/[A-Za-z][\w-]* ([a-z-]+)((?: [^`\n]*)?)`/g;

/** A text of the server's for a terminal: `/claude retry` becomes `cc-orchestrator task retry TASK-12`. */
export function inCli(text: string, task: string): string {
  return text.replace(commands, (command, verb: string, rest: string) => {
    const cli = Object.hasOwn(ways, verb) ? ways[verb]?.cli : null;
    return cli == null ? command : `\`cc-orchestrator ${cli} ${task}${rest}\``;
  });
}

/** A text of the server's for the dashboard, which has buttons and a box to write in. */
export function inPage(text: string): string {
  return inLabels(text, (verb) => (Object.hasOwn(ways, verb) ? (ways[verb]?.page ?? null) : null));
}

/** A text of the server's for a place with buttons: what has one is called by its label. */
export function inLabels(text: string, labelOf: (verb: string) => string | null): string {
  return text.replace(commands, (command, verb: string) => {
    const label = labelOf(verb);
    return label === null ? command : `“${label}”`;
  });
}
