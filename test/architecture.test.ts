import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { breachesOf } from "./architecture/breaches.ts";
import { cyclesIn, packagesOf } from "./architecture/needs.ts";
import { parseSource, readSource } from "./architecture/source.ts";
import { partOf, walls } from "./architecture/walls.ts";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const aliases = JSON.parse(readFileSync(`${root}/package.json`, "utf8")).imports as Record<string, string>;

/** Made, not written. */
const made = ["node_modules", "dist", "coverage"];

/** Every file of source below the root, whatever new folder it stands in. */
const paths = readdirSync(root, { withFileTypes: true })
  .filter(({ name }) => !name.startsWith(".") && !made.includes(name))
  .flatMap((top) =>
    top.isDirectory()
      ? readdirSync(join(root, top.name), { recursive: true }).map((path) => `${top.name}/${path}`)
      : [top.name],
  )
  .filter((path) => /\.(tsx?|mjs)$/.test(path))
  .sort();
const sources = paths.map((path) => readSource(root, path));

test("every file stays behind its walls", () => {
  expect(sources.flatMap((source) => breachesOf(source, aliases))).toEqual([]);
});

test("no files need each other in a circle", () => {
  expect(cyclesIn(sources, aliases)).toEqual([]);
});

test("a circle would be seen, and one of types alone is none", () => {
  const three = (kind: string) =>
    ["a", "b", "c"].map((name, index, all) =>
      parseSource(`src/domain/${name}.ts`, `import ${kind}{ x } from "./${all[(index + 1) % 3]}.ts";`),
    );
  expect(cyclesIn(three(""), {})).toHaveLength(1);
  expect(cyclesIn(three("type "), {})).toEqual([]);
});

test.each([
  { what: "a page of the dashboard", entry: "dashboard/main.tsx", may: /^(preact|@preact\/signals)$/ },
  { what: "the launcher in a terminal", entry: "runner/terminal/launch.ts", may: /^node:/ },
  {
    what: "the command line, before it knows what is asked",
    entry: "src/cli/main.ts",
    may: /^(node:.+|commander)$/,
  },
])("$what loads no package that it does not need", ({ entry, may }) => {
  const loaded = packagesOf(entry, sources, aliases);
  expect(loaded.length).toBeGreaterThan(0);
  expect(loaded.filter((name) => !may.test(name))).toEqual([]);
});

test("a package that is loaded by a file far away would be seen", () => {
  const far = ['import { x } from "./b.ts";', 'import { y } from "./c.ts";', 'import { z } from "zod";'];
  const files = far.map((text, index) => parseSource(`dashboard/${"abc"[index]}.ts`, text));
  expect(packagesOf("dashboard/a.ts", files, {})).toEqual(["zod"]);
});

test("the gate has read the whole project", () => {
  expect(sources.length).toBeGreaterThan(300);
  const read = new Map<string, number>();
  for (const { path } of sources) read.set(partOf(path) ?? "none", (read.get(partOf(path) ?? "none") ?? 0) + 1);
  for (const part of [
    "protocol",
    "domain",
    "operations",
    "store",
    "github",
    "http",
    "loops",
    "cli",
    "runner",
    "test",
  ]) {
    expect(read.get(part) ?? 0, part).toBeGreaterThan(2);
  }
  expect(sources.reduce((sum, { imports }) => sum + imports.length, 0)).toBeGreaterThan(sources.length);
  // The forms of import that are easily overlooked are in use, so they were seen.
  const all = sources.flatMap(({ path, imports }) => imports.map(({ specifier }) => `${path} ${specifier}`));
  expect(all).toContain("src/cli/commands.ts ./commands/up.ts");
  expect(all).toContain("src/cli/programs/start.ts ../../../runner/main.ts");
});

test("every wall names files that are there, or that another issue will bring", () => {
  const awaited = ["integrations", "action", "dashboard"];
  const empty = Object.entries(walls).filter(([name]) => !paths.some((path) => partOf(path) === name));
  expect(empty.map(([name]) => name).filter((name) => !awaited.includes(name))).toEqual([]);
});

describe("the gate can fail", () => {
  const planted: readonly [what: string, path: string, text: string, breach: string][] = [
    [
      "a decision that knows the database",
      "src/domain/x.ts",
      'import { s } from "#store/store.ts";',
      "domain may not import store",
    ],
    [
      "a type from behind a wall",
      "src/domain/x.ts",
      'import type { W } from "#operations/ports/world.ts";',
      "domain may not import operations",
    ],
    [
      "a type named in place",
      "src/domain/x.ts",
      'export type A = import("#store/store.ts").Store;',
      "domain may not import store",
    ],
    [
      "an import when it is needed",
      "src/http/x.ts",
      'export const f = () => import("../github/octokit.ts");',
      "http may not import github",
    ],
    ["a re-export", "src/http/x.ts", 'export { a } from "#protocol/words.ts";', "a barrel"],
    ["a side effect", "runner/x.ts", 'import "#domain/task.ts";', "runner may not import domain"],
    [
      "a path that leaves its folder and comes back",
      "runner/x.ts",
      'import { a } from "./../src/domain/task.ts";',
      "runner may not import domain",
    ],
    [
      "a program started by its file",
      "src/cli/x.ts",
      'const u = new URL("../store/migrate.ts", import.meta.url);',
      "cli may not import store",
    ],
    [
      "a path made up while running",
      "src/cli/x.ts",
      "const a = (b: string) => import('./commands/' + b);",
      "imports what only shows when it runs",
    ],
    [
      "an alias that nobody knows",
      "src/cli/x.ts",
      'import { a } from "#elsewhere/a.ts";',
      "#elsewhere/a.ts leads nowhere",
    ],
    [
      "a second command line that starts programs",
      "src/cli/run.ts",
      'import { a } from "../main.ts";',
      "cli may not import composition",
    ],
    [
      "product code that needs a test",
      "src/store/x.ts",
      'import { a } from "#test/builders.ts";',
      "store may not import test",
    ],
    [
      "SQL somewhere else",
      "src/operations/x.ts",
      'import Database from "better-sqlite3";',
      "better-sqlite3 belongs to store",
    ],
    [
      "GitHub somewhere else",
      "runner/x.ts",
      'import { Octokit } from "@octokit/rest";',
      "@octokit/rest belongs to github",
    ],
    [
      "a clock in a decision",
      "src/domain/x.ts",
      'import { setTimeout } from "node:timers/promises";',
      "domain may not use node:timers/promises",
    ],
    [
      "a file in a decision",
      "src/domain/x.ts",
      'import { readFileSync } from "node:fs";',
      "domain may not use node:fs",
    ],
    [
      "a file in a decision, without the prefix",
      "src/domain/x.ts",
      'import { readFileSync } from "fs";',
      "write node:fs",
    ],
    [
      "randomness in a decision",
      "src/domain/x.ts",
      'import { randomBytes } from "node:crypto";',
      "domain may take createHmac alone from node:crypto",
    ],
    [
      "a clock that is not told",
      "src/domain/x.ts",
      "export const a = () => Date.now();",
      "domain is told what it needs: Date.now",
    ],
    [
      "a clock by another name",
      "src/operations/x.ts",
      "export const a = () => new Date();",
      "is told what it needs: new Date()",
    ],
    ["chance", "src/domain/x.ts", "export const a = () => Math.random();", "is told what it needs: Math.random"],
    [
      "a timer",
      "src/operations/x.ts",
      "export const a = () => setTimeout(() => 1, 5);",
      "is told what it needs: setTimeout",
    ],
    [
      "the environment",
      "src/domain/x.ts",
      "export const a = () => process.env.HOME;",
      "is told what it needs: process",
    ],
    ["a folder without walls", "src/elsewhere/x.ts", "export const a = 1;", "belongs to no part"],
    ["an index", "src/domain/index.ts", "export const a = 1;", "a barrel"],
    ["tmux somewhere else", "runner/x.ts", 'export const argv = ["tmux", "kill-server"];', "tmux as a program"],
    ["tmux in a shell line", "runner/x.ts", "export const line = `exec tmux -L mine`;", "tmux as a program"],
    [
      "a flag of Claude somewhere else",
      "runner/run/x.ts",
      'export const argv = ["--resume", "1"];',
      "a flag of Claude Code",
    ],
    ["any", "runner/x.ts", "export const a = (b: unknown) => b as any;", "any"],
    ["any in a generic type", "runner/x.ts", "export const a = new Map<string, any>();", "any"],
    ["a class with an empty name", "runner/x.ts", "export class TaskManager {}", "TaskManager says nothing"],
    ["a function with an empty name", "runner/x.ts", "export const runHelper = () => 1;", "runHelper says nothing"],
    ["a file with an empty name", "runner/git-utils.ts", "export const a = 1;", "git-utils.ts says nothing"],
  ];
  test.each(planted)("on %s", (_, path, text, breach) => {
    const breaches = breachesOf(parseSource(path, text), aliases);
    expect(breaches).toEqual([expect.stringContaining(breach)]);
  });

  test("and not on what only looks like a breach", () => {
    const text = `
      // import { a } from "#store/store.ts"; and "tmux kill-server"
      import { createHmac } from "node:crypto";
      import type { Policy } from "#protocol/policy.ts";
      /** \`import("better-sqlite3")\` */
      const words = 'import x from "better-sqlite3"';
      const pattern = /import "#store\\/store.ts"/;
      // biome-ignore lint/suspicious/noExplicitAny: a table of anything
      export type Table = Record<string, any>;
      export const at = (ms: number) => new Date(ms).toISOString();
      export const many = (policy: Policy) => [words, pattern, policy, createHmac];
    `;
    expect(breachesOf(parseSource("src/domain/x.ts", text), aliases)).toEqual([]);
  });

  test("on a file that it cannot read", () => {
    expect(() => parseSource("src/domain/x.ts", "export const = ;")).toThrow("src/domain/x.ts");
  });
});
