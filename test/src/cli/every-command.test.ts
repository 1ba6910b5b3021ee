import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { commands } from "#cli/commands.ts";
import { openContext } from "#cli/context.ts";
import { type GitWorld, makeWorld } from "#test/runner/git/world.ts";
import { begin, changesIn, type Outcome, run, type Step, stepsIn, written } from "./script.ts";
import { placeOf, settled } from "./script-place.ts";
import { answersIn, keepTelling, makeProject, now } from "./script-world.ts";
import { openStandIn, type StandIn } from "./server.ts";

/**
 * Each command has a script in `scripts/`, with all that comes of it: what a person and a program see, without a
 * terminal, and the exit code. To write one, put the lines with `$ cco` into a file and run this with `-u`.
 */
const scripts = join(import.meta.dirname, "scripts");
const names = readdirSync(scripts)
  .filter((name) => name.endsWith(".txt"))
  .map((name) => name.replace(/\.txt$/, ""));
const nameOf = ({ words }: { words: readonly string[] }) => words.join("-");
const folder = mkdtempSync(join(tmpdir(), "cco-scripts-"));
const project = join(folder, "project");
let server: StandIn;
let git: GitWorld;

beforeAll(async () => {
  await makeProject(project);
  server = await openStandIn({});
  git = await makeWorld();
});
beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ["Date"] });
  server.answers = answersIn(project);
  server.asked.length = 0;
});
afterAll(async () => {
  vi.useRealTimers();
  await Promise.all([server.close(), git.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** What a script that failed has left. */
const stopping = { line: "", args: ["web", "stop", "--now"], stdin: "", until: null, besides: null };

describe("what comes of each command", () => {
  it.each(names)("%s", async (name) => {
    const file = join(scripts, `${name}.txt`);
    const stage = { folder, project, server, git };
    const place = await placeOf(name, stage);
    const stopTelling = keepTelling(server, project);
    const parts: Promise<string>[] = [];
    const show = async (step: Step, outcome: Promise<Outcome>) => {
      const from = server.asked.length;
      const ended = await outcome;
      const changes = step.besides === null ? changesIn(server.asked.slice(from)) : [];
      return settled(written(step, ended, changes), place.home, stage);
    };
    try {
      for (const step of stepsIn(readFileSync(file, "utf8"))) {
        const begun = step.besides === null ? null : begin(step, place);
        const part = show(step, begun?.ended ?? run(step, place));
        parts.push(part);
        await (begun?.said ?? part);
      }
      await Promise.all(parts);
    } finally {
      stopTelling();
      if (place.isProgram) await run(stopping, { ...place, isProgram: false });
    }
    const text = (await Promise.all(parts)).join("\n");
    expect(text).not.toContain("\u001b");
    await expect(text).toMatchFileSnapshot(file);
  });
});

/** Commands that show tables and pages; the others print what is to be taken as it is: addresses, patches, logs. */
const pages = names.filter((name) => /(list|show|status|compare|explain|cost|edit)$/.test(name));

/** An address stays whole, to be copied. */
const isTooWide = (line: string) => [...line].length > 60 && !line.includes("http");

describe("in 60 columns", () => {
  it.each(pages)("%s stays within them", async (name) => {
    const { folder: inside, env } = await placeOf(`${name}-narrow`, { folder, project, server, git });
    const place = { folder: inside, env: { ...env, COLUMNS: "60" } };
    for (const step of stepsIn(readFileSync(join(scripts, `${name}.txt`), "utf8"))) {
      if (step.args.some((arg) => /^--(json|csv)/.test(arg))) continue;
      const { out } = await run(step, place);
      expect(out.split("\n").filter(isTooWide)).toEqual([]);
    }
  });
});

describe("with the server stopped", () => {
  it("every command that needs it says so, and ends with 5", async () => {
    const place = await placeOf("away", { folder, project, server, git });
    const ended: unknown[] = [];
    const asked: string[] = [];
    for (const row of commands) {
      const command = new Command(row.words.at(-1));
      (await row.load()).register(command, openContext({ ...quiet, env: {}, folder }));
      if (!command.options.some(({ long }) => long === "--server") || without.has(nameOf(row))) continue;
      const given = command.registeredArguments.map((one) => (/task/.test(one.name()) ? "TASK-12" : "1"));
      const more = needs[nameOf(row)] ?? [];
      const args = [...row.words, ...given, ...more, "--server", "http://127.0.0.1:9"];
      const step = { line: "", args, stdin: "a-token-that-is-long-enough", until: null, besides: null };
      const { code, out, err } = await run(step, place);
      asked.push(nameOf(row));
      if (code !== 5 || out !== "" || !/^The server at http:\/\/127\.0\.0\.1:9 does not answer\./.test(err))
        ended.push({ args, code, out, err });
    }
    expect(ended).toEqual([]);
    expect(asked.length).toBeGreaterThan(40);
  });

  /** These look at this machine, and say in their own words that the server is away. */
  const without = new Set(["doctor", "init"]);
  const needs: Readonly<Record<string, readonly string[]>> = {
    login: ["--with-token"],
    "runner-register": ["--with-token"],
    "runner-remove": ["--yes"],
    "task-rm": ["--yes"],
    "task-pick": ["--yes"],
    "task-edit": ["--priority", "high"],
    "webhook-resend": [],
    status: [],
  };
});

describe("the scripts", () => {
  it("are there for every command, and for no other", () => {
    expect(names.toSorted()).toEqual(commands.map(nameOf).toSorted());
  });

  it("try --json of every command that has it, and something that a person gets", async () => {
    const context = openContext({ ...quiet, env: {}, folder });
    const without: string[] = [];
    for (const row of commands) {
      const command = new Command(row.words.at(-1));
      (await row.load()).register(command, context);
      const text = readFileSync(join(scripts, `${nameOf(row)}.txt`), "utf8");
      const hasJson = command.options.some(({ long }) => long === "--json");
      if (hasJson && !/^\$ cco .*--json/m.test(text)) without.push(`${nameOf(row)} --json`);
      const goesWell = text.includes("\n[0]\n");
      if (goesWell === elsewhere.has(nameOf(row))) without.push(`${nameOf(row)}: goes well here or elsewhere`);
    }
    expect(without).toEqual([]);
  });
});

const quiet = {
  stdout: { write: () => undefined },
  stderr: { write: () => undefined },
  signals: process,
  exit: () => undefined,
};

/** What goes well needs a terminal, another company's machine, or is too long to read: shown by the tests named here. */
const elsewhere: ReadonlySet<string> = new Set([
  "config-edit", // more-transcripts.test.ts
  "events", // ends by Ctrl-C only
  "runner-install", // init-runner.test.ts
  "task-open-pr", // open-pr.test.ts
  "completion", // completion.test.ts
]);
