import { expect, test } from "vitest";
import { verbNames } from "#domain/commands/verbs.ts";
import { inCli, inLabels, inPage } from "#protocol/command-words.ts";
import { commands } from "../../../src/cli/commands.ts";

test("what a comment says is said in a terminal as a command that there is, with the task's name", () => {
  const said = verbNames.map((verb) => inCli(`\`/claude ${verb}\``, "TASK-12"));
  const known = new Set(commands.map(({ words }) => words.join(" ")));
  for (const words of said.filter((one) => !one.startsWith("`/"))) {
    const command = /^`cc-orchestrator (.*) TASK-12`$/.exec(words)?.[1] ?? "";
    expect([command, known.has(command)]).toEqual([command, true]);
  }
  expect(said.filter((one) => one.startsWith("`/"))).not.toContain("`/claude retry`");
  const words = "`/claude say …` tells Claude more, `/robot retry` tries again; `/claude run` starts anew.";
  expect(inCli(words, "TASK-3")).toBe(
    "`cc-orchestrator task say TASK-3 …` tells Claude more, `cc-orchestrator task retry TASK-3` tries again; `/claude run` starts anew.",
  );
});

test("a place with buttons of its own calls by their labels what has one, and leaves the rest a command", () => {
  const labelOf = (verb: string) => (verb === "retry" ? "Retry" : null);
  expect(inLabels("`/claude retry` tries again, `/claude continue` goes on.", labelOf)).toBe(
    "“Retry” tries again, `/claude continue` goes on.",
  );
});

test("the dashboard calls its own buttons by their names, and leaves everything else as it is", () => {
  expect(inPage("`/claude retry` tries again, `/claude priority high` moves it up, `npm test` fails.")).toBe(
    "“Retry” tries again, `/claude priority high` moves it up, `npm test` fails.",
  );
  expect(inPage("`/claude constructor` and `/usr retry")).toBe("`/claude constructor` and `/usr retry");
});
