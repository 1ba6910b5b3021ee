import { describe, expect, test } from "vitest";
import type { Command, Wrong } from "#domain/commands/command.ts";
import { isOnlyCommands, mayCommand, parseCommands } from "#domain/commands/parse-commands.ts";
import { verbNames } from "#domain/commands/verbs.ts";

const spoken = { word: "claude", appName: "cc-orchestrator" };
const parse = (comment: string) => parseCommands(comment, spoken);
const say = (text: string): Command => ({ verb: "say", text });

/** What is said, with the commands that it is. */
const commands: [string, Command[]][] = [
  ["/claude run", [{ verb: "run" }]],
  ["/claude stop", [{ verb: "stop" }]],
  ["/claude retry", [{ verb: "retry" }]],
  ["/claude status", [{ verb: "status" }]],
  ["/claude why", [{ verb: "why" }]],
  ["/claude help", [{ verb: "help" }]],
  ["/claude", [{ verb: "help" }]],
  ["/claude ", [{ verb: "help" }]],
  ["/claude why?", [{ verb: "why" }]],
  ["/claude stop!", [{ verb: "stop" }]],
  ["/claude stop .", [{ verb: "stop" }]],
  ["/Claude Stop", [{ verb: "stop" }]],
  ["/CLAUDE STOP", [{ verb: "stop" }]],
  ["   /claude stop", [{ verb: "stop" }]],
  ["/claude   stop  ", [{ verb: "stop" }]],
  ["/claude\tstop", [{ verb: "stop" }]],
  ["/claude stop\r\n", [{ verb: "stop" }]],
  ["\n\n/claude stop\n\n", [{ verb: "stop" }]],
  ["This goes wrong.\n\n/claude stop", [{ verb: "stop" }]],
  ["This goes wrong.\n/claude stop\nSorry.", [{ verb: "stop" }]],
  ["/claude stop\n/claude retry", [{ verb: "stop" }, { verb: "retry" }]],
  ["/claude stop\n\nand then\n\n/claude run", [{ verb: "stop" }, { verb: "run" }]],
  ["/claude priority high", [{ verb: "priority", priority: "high" }]],
  ["/claude priority LOW", [{ verb: "priority", priority: "low" }]],
  ["/claude priority normal.", [{ verb: "priority", priority: "normal" }]],
  ["/claude budget 20", [{ verb: "budget", usd: 20 }]],
  ["/claude budget $20", [{ verb: "budget", usd: 20 }]],
  ["/claude budget 7.50 usd", [{ verb: "budget", usd: 7.5 }]],
  ["/claude budget 12 dollars", [{ verb: "budget", usd: 12 }]],
  ["/claude budget 1000", [{ verb: "budget", usd: 1_000 }]],
  ["/claude say use tabs", [say("use tabs")]],
  ["/claude say\nuse tabs", [say("use tabs")]],
  ["/claude say use tabs\nand no spaces\n\nplease", [say("use tabs\nand no spaces\n\nplease")]],
  ["/claude say use tabs\n/claude retry", [say("use tabs"), { verb: "retry" }]],
  ["/claude say like this:\n```js\n/claude stop\n```", [say("like this:\n```js\n/claude stop\n```")]],
  ["/claude say no\n> /claude stop\n\nyes", [say("no\n> /claude stop\n\nyes")]],
  ["/claude say Hello!", [say("Hello!")]],
  ["/claude Say Keep MY Case", [say("Keep MY Case")]],
  ["@cc-orchestrator use tabs", [say("use tabs")]],
  ["@cc-orchestrator: use tabs", [say("use tabs")]],
  ["@CC-Orchestrator[bot] use tabs\nplease", [say("use tabs\nplease")]],
  ["@cc-orchestrator stop that loop", [say("stop that loop")]],
  ["@cc-orchestrator use tabs\n/claude retry", [say("use tabs"), { verb: "retry" }]],
  ["# Plan\n/claude run", [{ verb: "run" }]],
  ["> quoted\n\n/claude stop", [{ verb: "stop" }]],
  ["> quoted\n# heading\n/claude stop", [{ verb: "stop" }]],
  ["```\ncode\n```\n/claude stop", [{ verb: "stop" }]],
  ["````\n```\n/claude run\n````\n/claude stop", [{ verb: "stop" }]],
  ["`code` and `more`\n/claude stop", [{ verb: "stop" }]],
  ["a lone ` backtick\n/claude stop", [{ verb: "stop" }]],
  ["<!-- note -->\n/claude stop", [{ verb: "stop" }]],
  ["<details>\n\n/claude stop\n\n</details>", [{ verb: "stop" }]],
  ["<code>x</code>\n/claude stop", [{ verb: "stop" }]],
  ["/claude \u200bstop", [{ verb: "stop" }]],
];

/** What looks like a command and is none. */
const silent: string[] = [
  "",
  "Please do this.",
  "We could type /claude stop here",
  "say /claude stop",
  "/claudestop",
  "/claude-stop",
  "/claude/stop",
  "claude stop",
  "// /claude stop",
  "\\/claude stop",
  "/claudette stop",
  "/help",
  "`/claude stop`",
  "``/claude stop``",
  "```\n/claude stop\n```",
  "```sh\n/claude stop",
  "~~~\n/claude stop\n~~~",
  "~~~~\n~~~\n/claude stop",
  "- ```\n  /claude stop\n  ```",
  "1. ~~~\n   /claude stop\n   ~~~",
  "    /claude stop",
  "\t/claude stop",
  "> /claude stop",
  ">/claude stop",
  "  > /claude stop",
  "> > /claude stop",
  "> it was said\n/claude stop",
  "- > /claude stop",
  "- /claude stop",
  "1. /claude stop",
  "* /claude stop",
  "| /claude stop |",
  "# /claude stop",
  "**/claude stop**",
  "<!-- /claude stop -->",
  "<!--\n/claude stop\n-->",
  "<!-- never closed\n/claude stop",
  "<!-- a <!-- b -->\n<!--\n/claude stop\n-->",
  "<pre>\n/claude stop\n</pre>",
  "<PRE\nclass=x>\n/claude stop",
  "<code>\n/claude stop\n</code>",
  "<blockquote>\n/claude stop\n</blockquote>",
  "<p hidden>\n/claude stop\n</p>",
  "a `span over\n/claude stop\nlines` here",
  "a ``span ` over\n/claude stop`` here",
  "@cc-orchestrators please",
  "@cc-orchestrator-dev please",
  "@cc-orchestrator/team please",
  "thanks @cc-orchestrator",
  "> @cc-orchestrator use tabs",
];

/** What was meant as a command, and what to write instead. */
const mistaken: [string, string | null][] = [
  ["/claude stpo", "/claude stop"],
  ["/claude statsu", "/claude status"],
  ["/claude hlep", "/claude help"],
  ["/claude retyr", "/claude retry"],
  ["/claude prioritise high", "/claude priority high|normal|low"],
  ["/claude cancel", "/claude stop"],
  ["/claude abort", "/claude stop"],
  ["/claude start", "/claude run"],
  ["/claude explain", "/claude why"],
  ["/claude tell it to hurry", "/claude say <text>"],
  ["/claude frobnicate", null],
  ["/claude constructor", null],
  ["/claude __proto__", null],
  ["/claude please stop", null],
  ["/claude resume", "/claude continue"],
  ["/claude plan nothing big", "/claude plan"],
  ["/claude lgtm", "/claude approve"],
  ["/claude stop using tabs", "/claude stop"],
  ["/claude retry with care", "/claude retry"],
  ["/claude say", "/claude say <text>"],
  ["/claude say   \n\n", "/claude say <text>"],
  ["@cc-orchestrator", "/claude say <text>"],
  ["/claude priority", null],
  ["/claude priority hihg", "/claude priority high"],
  ["/claude priority 1", null],
  ["/claude budget", "/claude budget 20"],
  ["/claude budget much", "/claude budget 20"],
  ["/claude budget -5", "/claude budget 20"],
  ["/claude budget 0", "/claude budget 20"],
  ["/claude budget 1e9", "/claude budget 20"],
  ["/claude budget 1001", "/claude budget 20"],
  ["/claude budget 10,000", "/claude budget 20"],
  ["/claude budget NaN", "/claude budget 20"],
  ["/claude stop; /claude run", "/claude stop"],
];

describe("what a comment asks for", () => {
  test.each(commands)("%j", (comment, expected) => {
    expect(parse(comment)).toEqual(expected);
  });

  test("the table of inputs is a long one", () => {
    expect(commands.length + silent.length + mistaken.length).toBeGreaterThanOrEqual(130);
  });
});

describe("no command", () => {
  test.each(silent.map((comment) => [comment]))("%j", (comment) => {
    expect(parse(comment)).toEqual([]);
  });
});

describe("a wrong command is told apart, with what was meant", () => {
  test.each(mistaken)("%j", (comment, suggestion) => {
    const [wrong, ...more] = parse(comment) as Wrong[];
    expect(more).toEqual([]);
    expect(wrong).toMatchObject({ verb: null, suggestion });
    expect(wrong?.line).toBe(comment.trim().split("\n")[0]);
    expect(wrong?.sentence).toMatch(/^[^@]+\.$/);
  });

  test("of a hundred commands ten are read, and the eleventh line says so", () => {
    const found = parse("/claude status\n".repeat(100));
    expect(found).toHaveLength(11);
    expect(found[10]).toMatchObject({ verb: null, sentence: expect.stringContaining("100") });
  });
});

describe("other words and other places", () => {
  test("the word is the one that is configured", () => {
    const other = { word: "robot", appName: null };
    expect(parseCommands("/robot stop\n/claude retry", other)).toEqual([{ verb: "stop" }]);
    expect(parseCommands("/robot stpo", other)).toMatchObject([{ suggestion: "/robot stop" }]);
  });

  test("outside the pull request, the app's name is a mention like any other", () => {
    expect(parseCommands("@cc-orchestrator use tabs", { word: "claude", appName: null })).toEqual([]);
  });

  test("whatever holds a command is looked at, and little else is", () => {
    for (const [comment] of [...commands, ...mistaken]) expect(mayCommand(comment, true), comment).toBe(true);
    expect(mayCommand("Thank you, @cc-orchestrator", false)).toBe(false);
    expect(mayCommand("Thank you", true)).toBe(false);
  });

  test("a comment of commands alone has nothing for the prompt", () => {
    for (const only of ["/claude run", "/claude run\n\n/claude priority high\n"])
      expect(isOnlyCommands(only, "claude")).toBe(true);
    for (const more of ["", "/claude say use tabs", "Use tabs.\n/claude run", "/claudette"]) {
      expect(isOnlyCommands(more, "claude"), more).toBe(false);
    }
  });
});

test("every verb is parsed (the table is the whole truth)", () => {
  const samples: Partial<Record<string, string>> = {
    say: "say x",
    answer: "answer 2",
    priority: "priority low",
    budget: "budget 1",
  };
  for (const verb of verbNames) expect(parse(`/claude ${samples[verb] ?? verb}`)).toMatchObject([{ verb }]);
});

test("S60: a hostile comment of 60 KB is read in no time", () => {
  const nasty = [
    "/claude stop ",
    "`",
    "``` `",
    "> ",
    "<pre",
    "<!--",
    "/claude say x\n",
    "a `b\n",
    "@cc-orchestrator ",
    "- ",
    "\u200b/claude\n",
    "<code>",
    "- ```\n",
    "_ ",
  ];
  for (const part of nasty) {
    const comment = part.repeat(Math.ceil(60_000 / part.length));
    const before = performance.now();
    parse(comment);
    expect(performance.now() - before, part).toBeLessThan(1_000);
  }
});
