import type { Context } from "./context.ts";

const patienceMs = 10 * 60_000;

/**
 * Asks for something that nobody else is to read: what is typed does not show.
 * @returns null where nobody can answer, and where nothing or Ctrl-C was the answer
 */
export async function askSecret({ terminal }: Context, question: string): Promise<string | null> {
  const keys = terminal?.keyboard();
  if (terminal === null || keys?.isTTY !== true) return null;
  const answer = Promise.withResolvers<string>();
  let typed = "";
  const onKeys = (some: Buffer | string) => {
    for (const key of String(some)) {
      if (key === "\r" || key === "\n") answer.resolve(typed);
      else if (key === "\u0003" || key === "\u0004") answer.resolve("");
      else if (key === "\u007f" || key === "\b") typed = typed.slice(0, -1);
      else typed += key;
    }
  };
  const onEnd = () => answer.resolve("");
  const patience = setTimeout(onEnd, patienceMs);
  // Before the question: who answers at once would see it on the screen.
  keys.setRawMode(true);
  keys.on("data", onKeys);
  keys.on("end", onEnd);
  keys.resume();
  terminal.stdout.write(question);
  try {
    return (await answer.promise).trim() || null;
  } finally {
    clearTimeout(patience);
    keys.setRawMode(false);
    keys.off("data", onKeys);
    keys.off("end", onEnd);
    keys.pause();
    terminal.stdout.write("\n");
  }
}
