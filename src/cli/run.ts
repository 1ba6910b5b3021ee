import { keepCompiled } from "./compile-cache.ts";
import { type Context, openContext, type Surroundings } from "./context.ts";
import { picked, showingOf } from "./output-flags.ts";
import { plain } from "./plain.ts";
import { quickRunOf } from "./quick.ts";

/**
 * Carries out one command line.
 * @param args without the program's own name
 * @returns the exit code, when everything has been written
 */
export async function runCommandLine(given: readonly string[], around: Surroundings): Promise<number> {
  const context = openContext(around);
  const { say, printJson } = context;
  try {
    const { args, fields, isQuiet } = showingOf(given);
    if (isQuiet) Object.assign(context, quiet);
    if (fields !== null) context.printJson = (value) => printJson(picked(value, fields));
    const run = quickRunOf(args) ?? (await parsedRunOf(args, around.env));
    await run(context).catch(async (error: unknown) => {
      // A mistake of ours looks different when the server's answer was not what it should be.
      if (error instanceof TypeError || error instanceof RangeError) await context.recheck();
      throw error;
    });
    return context.exitCode;
  } catch (error) {
    const { endingOf } = await import("./exit.ts");
    const { code, words } = await endingOf(error);
    if (words !== "") say(words);
    if (words !== "" && given.includes("--verbose")) {
      const { inspect } = await import("node:util");
      say(plain(inspect(error)));
    }
    return code;
  }
}

/** Results and errors alone. */
const quiet: Partial<Context> = { say: () => undefined, busy: (_, work) => work() };

/** `help task create` asks for what `task create --help` does: the parser's own word knows one level only. */
function helpWanted(args: readonly string[]): string[] {
  const [first, ...rest] = args;
  return first === "help" && rest.length > 1 ? [...rest, "--help"] : [...args];
}

async function parsedRunOf(args: readonly string[], env: Surroundings["env"]) {
  keepCompiled(env);
  const { openProgram } = await import("./program.ts");
  return async (context: Parameters<typeof openProgram>[1]) => {
    const program = await openProgram(args, context);
    await program.parseAsync(helpWanted(args), { from: "user" });
  };
}
