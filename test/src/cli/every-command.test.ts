import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { commands } from "#cli/commands.ts";
import { openContext } from "#cli/context.ts";
import { version } from "#cli/version.ts";
import { type GitWorld, makeWorld } from "#test/runner/git/world.ts";
import { leaveWorktree } from "./idle-worktree.ts";
import { run, stepsIn, written } from "./script.ts";
import { answersIn, keepTelling, makeProject, now } from "./script-world.ts";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";

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

/** What lies in a person's home before the script begins. */
const seeds: Readonly<Record<string, (home: string) => Promise<unknown>>> = {
  init: withProject,
  "worktree-remove": withWorktree,
  "worktree-prune": withWorktree,
  "worktree-path": withTree,
  "worktree-open": withTree,
  "worktree-list": withTree,
  restore: async (home) => writeFileSync(join(home, "not-a-copy.db"), "words"),
};

async function withTree(home: string): Promise<void> {
  const work = join(home, ".local/state/cc-orchestrator/runner/tasks/octocat+hello-world-TASK-12/work");
  mkdirSync(join(work, "tree"), { recursive: true });
}

async function withProject(home: string): Promise<void> {
  mkdirSync(join(home, ".git"));
  writeFileSync(join(home, "package.json"), '{ "scripts": { "test": "node --test" } }');
}

function withWorktree(home: string): Promise<string> {
  return leaveWorktree(git, join(home, ".local/state/cc-orchestrator"), "TASK-12");
}

async function placeOf(name: string) {
  const home = join(folder, "homes", name);
  mkdirSync(home, { recursive: true });
  await seeds[name]?.(home);
  const env = {
    ...{ HOME: home, PATH: process.env.PATH ?? "", TZ: "UTC", SHELL: "/bin/sh" },
    ...{ CC_ORCHESTRATOR_SERVER: server.url, CC_ORCHESTRATOR_TOKEN: operatorToken },
    ...{ GITHUB_API_URL: "http://127.0.0.1:9", PROJECT: project },
  };
  return { folder: name.startsWith("init") || name === "version" ? home : project, env, home };
}

/** What differs from one machine and run to the next. */
function settled(text: string, home: string): string {
  return (
    text
      .replaceAll(home, "~")
      .replaceAll(project, "~/project")
      .replaceAll(server.url, "http://server")
      .replaceAll(new URL(server.url).host.replace(":", "-"), "server")
      .replaceAll(process.execPath, "node")
      .replaceAll(/\S+\/src\/cli\/main\.ts|\S+\/vitest\S*/g, "cco")
      .replaceAll(process.env.PATH ?? "", "PATH")
      .replaceAll(version, "0.1.0")
      .replaceAll(process.versions.node, "24.0.0")
      .replaceAll(`"platform": "${process.platform}"`, '"platform": "linux"')
      // A program of its own has the clock of the machine.
      .replace(/^\d\d:\d\d:\d\d TASK/gm, "10:05:00 TASK")
      .replace(/"at":"(?!2026-05-01)[^"]+"/g, '"at":"2026-05-01T10:05:00.000Z"')
      .replace(/(recovery\/TASK-\d+\/\d+)-[0-9a-f]{8}/g, "$1-0123abcd")
      .replace(/"id":\d+,"body"/g, '"id":1,"body"')
  );
}

describe("what comes of each command", () => {
  it.each(names)("%s", async (name) => {
    const file = join(scripts, `${name}.txt`);
    const place = await placeOf(name);
    const stopTelling = keepTelling(server, project);
    const parts: string[] = [];
    try {
      for (const step of stepsIn(readFileSync(file, "utf8"))) {
        const outcome = await run(step, place);
        parts.push(settled(written(step, outcome), place.home));
      }
    } finally {
      stopTelling();
    }
    const text = parts.join("\n");
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
    const { folder, env } = await placeOf(`${name}-narrow`);
    const place = { folder, env: { ...env, COLUMNS: "60" } };
    for (const step of stepsIn(readFileSync(join(scripts, `${name}.txt`), "utf8"))) {
      if (step.args.some((arg) => /^--(json|csv)/.test(arg))) continue;
      const { out } = await run(step, place);
      expect(out.split("\n").filter(isTooWide)).toEqual([]);
    }
  });
});

describe("with the server stopped", () => {
  it("every command that needs it says so, and ends with 5", async () => {
    const place = await placeOf("away");
    const ended: unknown[] = [];
    const asked: string[] = [];
    for (const row of commands) {
      const command = new Command(row.words.at(-1));
      (await row.load()).register(command, openContext({ ...quiet, env: {}, folder }));
      if (!command.options.some(({ long }) => long === "--server") || without.has(nameOf(row))) continue;
      const given = command.registeredArguments.map((one) => (/task/.test(one.name()) ? "TASK-12" : "1"));
      const more = needs[nameOf(row)] ?? [];
      const args = [...row.words, ...given, ...more, "--server", "http://127.0.0.1:9"];
      const { code, out, err } = await run(
        { line: "", args, stdin: "a-token-that-is-long-enough", until: null },
        place,
      );
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
      if (!text.includes("\n[0]\n") && !elsewhere.has(nameOf(row))) without.push(`${nameOf(row)}: nothing goes well`);
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

/** What goes well needs a terminal, or a program that goes on: shown in a real one by the tests named here. */
const elsewhere: ReadonlySet<string> = new Set([
  "up", // up.test.ts
  "serve", // the same as web start
  "web-start", // quick-start.test.ts
  "web-stop", // quick-start.test.ts
  "runner-start", // programs.test.ts
  "runner-drain", // programs.test.ts
  "runner-stop", // programs.test.ts
  "runner-install", // init-runner.test.ts
  "attach", // attach.test.ts
  "instance-attach", // the same
  "instance-takeover", // stories/takeover.test.ts
  "config-edit", // more-transcripts.test.ts
  "events", // ends by Ctrl-C only
  "task-recover", // recover.test.ts
  "task-open-pr", // own-token.test.ts
  "backup", // copies.test.ts
  "restore", // copies.test.ts
  "completion", // completion.test.ts
  "doctor", // doctor.test.ts, with all tools there
]);
