import { openContext, type Surroundings } from "./context.ts";
import { openProgram } from "./program.ts";

/**
 * Carries out one command line.
 * @param args without the program's own name
 * @returns the exit code, when everything has been written
 */
export async function runCommandLine(args: readonly string[], around: Surroundings): Promise<number> {
  const context = openContext(around);
  try {
    const program = await openProgram(args, context);
    await program.parseAsync([...args], { from: "user" });
    return context.exitCode;
  } catch (error) {
    const { endingOf } = await import("./exit.ts");
    const { code, words } = await endingOf(error);
    if (words !== "") context.say(words);
    if (words !== "" && args.includes("--verbose")) {
      const [{ inspect }, { plain }] = await Promise.all([import("node:util"), import("./plain.ts")]);
      context.say(plain(inspect(error)));
    }
    return code;
  }
}
