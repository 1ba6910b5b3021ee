import type { Context } from "./context.ts";

/** How long a person is waited for. */
const patienceMs = 10 * 60_000;

/**
 * Asks for a line.
 * @param usual what nothing but Enter means
 * @returns null where nobody can answer, or nobody did
 */
export async function askLine({ terminal }: Context, question: string, usual: string | null): Promise<string | null> {
  const keys = terminal?.keyboard();
  if (terminal === null || keys?.isTTY !== true) return null;
  terminal.stdout.write(usual === null ? `${question}: ` : `${question} [${usual}]: `);
  const answer = Promise.withResolvers<string | null>();
  const onLine = (line: Buffer | string) => answer.resolve(String(line).trim() || usual);
  const onEnd = () => answer.resolve(null);
  const patience = setTimeout(onEnd, patienceMs);
  keys.on("data", onLine);
  keys.on("end", onEnd);
  keys.resume();
  try {
    return await answer.promise;
  } finally {
    clearTimeout(patience);
    keys.off("data", onLine);
    keys.off("end", onEnd);
    keys.pause();
  }
}
