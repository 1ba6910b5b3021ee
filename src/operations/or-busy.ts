import { GitHubBusyError } from "./ports/github.ts";
import { ProblemError } from "./problem-error.ts";

/** Says to whoever asks that GitHub takes no calls now, and why: they may ask again. @throws ProblemError 503 */
export async function orBusy<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof GitHubBusyError)) throw error;
    const problem = { status: 503, code: "github_busy", title: error.message, advice: "Try again later." };
    throw new ProblemError(problem, { cause: error });
  }
}
