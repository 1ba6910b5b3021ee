import { ConfigError, FailedError, NotAllowedError, NotFoundError, UsageError } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";
import { plainLine } from "./plain.ts";

export type Ending = {
  code: number;
  /** For stderr; empty when everything has been said. */
  words: string;
};

/** How the program ends after this error: the only place that decides it. */
export async function endingOf(error: unknown): Promise<Ending> {
  if (isOfParser(error)) {
    // The parser has already written its sentence.
    return { code: error.exitCode === 0 ? exitCodes.done : exitCodes.usage, words: "" };
  }
  if (error instanceof UsageError) return { code: exitCodes.usage, words: `${error.message}\n${error.advice}` };
  if (error instanceof ConfigError) return { code: exitCodes.configuration, words: listed(error) };
  // Loaded here, where it mostly is already: help and wrong use need none of the contract.
  const { RefusedError, UnreachableError } = await import("#protocol/client.ts");
  if (error instanceof UnreachableError) return { code: exitCodes.unreachable, words: error.message };
  if (error instanceof RefusedError) {
    const { status, title, advice } = error.problem;
    return { code: codeOf(status), words: sentences(title, advice ?? adviceFor(status)) };
  }
  if (error instanceof NotFoundError) return { code: exitCodes.notFound, words: `${error.message}\n${error.advice}` };
  if (error instanceof NotAllowedError) return { code: exitCodes.notAllowed, words: error.message };
  if (error instanceof FailedError)
    return { code: exitCodes.failed, words: `${error.message}\n${error.advice}`.trimEnd() };
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: exitCodes.failed,
    words: `This failed unexpectedly: ${plainLine(message)}\nRun the same command with --verbose to see where.`,
  };
}

/** Known by its code, so that a command that needed no parser does not load one to find out how it ended. */
function isOfParser(error: unknown): error is Error & { exitCode: number } {
  return error instanceof Error && "code" in error && String(error.code).startsWith("commander.");
}

function codeOf(status: number): number {
  if (status === 404 || status === 410) return exitCodes.notFound;
  if (status === 401 || status === 403) return exitCodes.notAllowed;
  return exitCodes.failed;
}

function adviceFor(status: number): string | undefined {
  if (status === 401)
    return "Run this as the user who runs the server, or set CC_ORCHESTRATOR_TOKEN to the content of its operator.token.";
  if (status === 404) return "See what there is: cc-orchestrator task list";
  if (status === 429) return "Try again in a while.";
  return status >= 500 ? "The server's log tells more." : undefined;
}

function sentences(title: string, advice: string | undefined): string {
  return advice === undefined ? plainLine(title) : `${plainLine(title)}\n${plainLine(advice)}`;
}

function listed(error: ConfigError): string {
  const lines = error.problems.map(
    ({ key, sentence, advice }) => `  ${plainLine(key)}: ${plainLine(sentence)}\n    ${plainLine(advice)}`,
  );
  return [error.message, ...lines].join("\n");
}
