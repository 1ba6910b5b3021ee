import { describe, expect, it } from "vitest";
import { commands } from "#cli/commands.ts";
import { openContext } from "#cli/context.ts";
import { examples } from "#cli/examples.ts";
import { openProgram } from "#cli/program.ts";

const names = commands.map(({ words }) => words.join(" "));
const context = openContext({
  ...{ env: {}, folder: "/", signals: process, exit: () => undefined },
  ...{ stdout: { write: () => undefined }, stderr: { write: () => undefined } },
});

/** What the shell would leave of an example: nothing behind `#`, `>`, `<` and `|`. */
function argsOf(example: string): string[] {
  const called = /\$\(cc-orchestrator ([^)]+)\)/.exec(example)?.[1] ?? example;
  const [line = ""] = called.split(/ +[#<>|] ?/);
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

describe("the examples in the help", () => {
  it("are there for every command, and for no other", () => {
    expect(Object.keys(examples).toSorted()).toEqual(names.toSorted());
  });

  it.each(Object.entries(examples))("of %s are understood by its parser", async (name, lines) => {
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      const args = argsOf(line).map((arg) => arg.replace(/^(--json)=.*/, "$1"));
      const program = await openProgram(args, context);
      const leaf = name.split(" ").reduce((at, word) => at.commands.find((one) => one.name() === word) ?? at, program);
      let isCalled = false;
      leaf.action(() => {
        isCalled = true;
      });
      await program.parseAsync(args, { from: "user" });
      expect({ line, isCalled }).toEqual({ line, isCalled: true });
    }
  });
});
