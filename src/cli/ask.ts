import type { Context } from "./context.ts";

/** How long a person is waited for; who has gone away has not agreed. */
const patienceMs = 10 * 60_000;

/**
 * Asks a yes-or-no question whose usual answer is yes.
 * @returns false where nobody can answer
 */
export async function agrees({ terminal }: Context, question: string): Promise<boolean> {
  if (terminal === null) return false;
  const keys = terminal.keyboard();
  if (!keys.isTTY) return false;
  terminal.stdout.write(question);
  const answer = Promise.withResolvers<string>();
  const onLine = (line: Buffer | string) => answer.resolve(String(line));
  const onEnd = () => answer.resolve("no");
  const patience = setTimeout(onEnd, patienceMs);
  keys.on("data", onLine);
  keys.on("end", onEnd);
  keys.resume();
  try {
    return /^\s*(y(es)?)?\s*$/i.test(await answer.promise);
  } finally {
    clearTimeout(patience);
    keys.off("data", onLine);
    keys.off("end", onEnd);
    keys.pause();
  }
}
