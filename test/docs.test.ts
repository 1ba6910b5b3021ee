import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parsePolicyFile } from "#domain/policy-file.ts";
import { defaultPolicy, FollowUpPolicy, Limits, Policy } from "#protocol/policy.ts";
import { webhookPath } from "#protocol/routes.ts";
import { RunConclusion, RunStatus, TaskConclusion, TaskStatus } from "#protocol/words.ts";
import { commands } from "../src/cli/commands.ts";
import { openFiles } from "../src/config/files.ts";
import { runnerSettings } from "../src/config/runner-settings.ts";
import { serverSettings } from "../src/config/server-settings.ts";
import { clientSettings } from "../src/config/settings.ts";
import { blocks, documents, withBlocks } from "./docs/blocks.ts";
import { renderScreen } from "./docs/screen-svg.ts";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const manifest = JSON.parse(read("package.json")) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(root, "docs"), { recursive: true })
    .map((name) => `docs/${name}`)
    .filter((name) => name.endsWith(".md")),
].sort();

const linkPattern = /\]\(([^)\s]+)\)/g;

/** The cells of every row of the tables below a heading, the rows of titles left out. */
function rowsBelow(text: string, heading: string): string[][] {
  const start = text.indexOf(`${heading}\n`);
  if (start === -1) throw new Error(`There is no heading ${heading}`);
  const section = text.slice(start + heading.length).split(/\n#{1,6} /, 1)[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) =>
      line
        .slice(2, -2)
        .split(" | ")
        .map((cell) => cell.trim()),
    )
    .filter((cells, index, all) => !isRule(cells) && !isRule(all[index + 1]));
}

function isRule(cells: readonly string[] | undefined): boolean {
  return cells?.every((cell) => /^-+$/.test(cell)) ?? false;
}

/** What stands in backticks, in blocks of code too. */
function codeOf(text: string): string[] {
  const fenced = [...text.matchAll(/^```[a-z]*\n([\s\S]*?)^```/gm)].flatMap(([, code]) => (code ?? "").split("\n"));
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? "");
  return [...fenced, ...inline];
}

test("the documents are there", () => {
  expect(pages).toEqual(
    expect.arrayContaining([
      "ARCHITECTURE.md",
      "CONTEXT.md",
      "CONTRIBUTING.md",
      "README.md",
      "SECURITY.md",
      "docs/dependencies.md",
      "docs/policy.md",
    ]),
  );
});

test("the gates below have something to look at", () => {
  const texts = pages.map(read);
  expect(texts.flatMap((text) => [...text.matchAll(linkPattern)]).length).toBeGreaterThan(100);
  expect(texts.flatMap(codeOf).filter((line) => line.includes("npm run ")).length).toBeGreaterThan(10);
  expect(texts.flatMap(codeOf).filter((line) => line.includes("cc-orchestrator ")).length).toBeGreaterThan(10);
});

describe.each(pages)("%s", (page) => {
  const text = read(page);

  test("leads nowhere that is not there", () => {
    const links = [...text.matchAll(linkPattern)].map(([, to]) => to ?? "");
    const broken = links
      .filter((to) => !/^(https?:|#)/.test(to))
      .filter((to) => !existsSync(join(root, dirname(page), to.split("#")[0] ?? "")));
    expect(broken).toEqual([]);
  });

  test("names scripts and commands that exist", () => {
    const code = codeOf(text);
    const scripts = code.flatMap((line) => [...line.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name ?? ""));
    expect(scripts.filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
    const called = code.flatMap((line) =>
      [...line.matchAll(/(?:^|\s)(?:cc-orchestrator|npm run cco --) ([a-z]+)(?: ([a-z][a-z-]*))?/g)].map(
        ([, one, two]) => ({
          one,
          two,
        }),
      ),
    );
    const isThere = ({ one, two }: (typeof called)[number]) =>
      commands.some(({ words }) => words[0] === one && (words[1] === undefined || words[1] === two));
    expect(called.filter((call) => !isThere(call))).toEqual([]);
  });

  test("tells nothing of a machine that it was written on", () => {
    expect(text).not.toMatch(/(^|[\s`("'])\/(home|root|work|Users|tmp)\//m);
  });
});

test.each(documents)("%s says what the code says; else run: node test/docs/write.ts", (document) => {
  const text = read(document);
  expect(withBlocks(text, blocks(root))).toBe(text);
});

test("a block that is out of date would be seen", () => {
  const text = "within <!-- fence -->12 s<!-- /fence --> of it";
  expect(withBlocks(text, blocks(root))).not.toBe(text);
  expect(() => withBlocks("<!-- nobody -->1<!-- /nobody -->", {})).toThrow("nobody");
});

describe("README.md", () => {
  const text = read("README.md");

  test("shows the two commands first of all code", () => {
    expect(codeOf(text).slice(0, 2)).toEqual([
      expect.stringMatching(/^npm run demo +#/),
      expect.stringMatching(/^npm test +#/),
    ]);
  });

  test("names the path where webhooks arrive", () => {
    expect(text).toContain(`https://YOUR-HOST${webhookPath}`);
  });

  test("names every variable that the programs read, and no other", async () => {
    const files = await openFiles({ HOME: "/nowhere" }, null);
    const tables = [serverSettings, runnerSettings, clientSettings].map((table) => table({}, files, false));
    const known = new Set(tables.flatMap((table) => Object.values(table).flatMap(({ variables }) => variables)));
    // Read where they are needed: before any settings, and for a single command.
    for (const name of ["CC_ORCHESTRATOR_CONFIG", "CC_ORCHESTRATOR_REGISTRATION_TOKEN"]) known.add(name);
    const section = text.slice(text.indexOf("<details>"), text.indexOf("</details>"));
    const named = [...section.matchAll(/^\| (`[A-Z_`, ]+`) +\|/gm)].flatMap(([, cell]) =>
      [...(cell ?? "").matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name ?? ""),
    );
    expect(new Set(named)).toEqual(known);
  });

  test("has a policy file for an example that is one", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
    expect(parsePolicyFile(example)).toHaveProperty("policy");
  });
});

describe("docs/policy.md", () => {
  const text = read("docs/policy.md");
  const rows = rowsBelow(text, "## Keys");

  test("has a row for every key, and for no other", () => {
    const within: Record<string, object> = { limits: Limits.shape, follow_up: FollowUpPolicy.shape };
    const keys = Object.keys(Policy.shape).flatMap((key) =>
      key in within ? Object.keys(within[key] ?? {}).map((inner) => `${key}.${inner}`) : [key],
    );
    expect(rows.map(([key]) => key)).toEqual(keys.map((key) => `\`${key}\``));
  });

  test.each(rows.map(([key, stated]) => ({ key: (key ?? "").replaceAll("`", ""), stated })))(
    "gives the default of $key",
    ({ key, stated }) => {
      const [first = "", second] = key.split(".");
      const value: unknown = new Map<string, unknown>(
        Object.entries(second === undefined ? defaultPolicy : (defaultPolicy[first as "limits" | "follow_up"] ?? {})),
      ).get(second ?? first);
      expect(stated).toBe(value === undefined ? "none" : `\`${JSON.stringify(value)}\``);
    },
  );

  test.each(
    rows.filter(([, , range]) => /^[\d.]+ to [\d.]+$/.test(range ?? "")).map(([key, , range]) => ({ key, range })),
  )("gives the bounds of $key", ({ key, range }) => {
    const [low = 0, high = 0] = (range ?? "").split(" to ").map(Number);
    const name = (key ?? "").replaceAll("`", "");
    const [outer = "", inner] = name.split(".");
    const policy = (value: number) => (inner === undefined ? { [name]: value } : { [outer]: { [inner]: value } });
    const fits = (value: number) => Policy.safeParse(policy(value)).success;
    expect([fits(low), fits(high), fits(low - 0.01), fits(high + 1)]).toEqual([true, true, false, false]);
  });

  test("has an example that is a policy", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
    expect(parsePolicyFile(example)).toHaveProperty("policy");
  });
});

test("docs/dependencies.md lists the packages of package.json, each with why", () => {
  const text = read("docs/dependencies.md");
  const named = (heading: string) => rowsBelow(text, heading).map(([name]) => (name ?? "").replaceAll("`", ""));
  expect(named("## What the programs need").toSorted()).toEqual(Object.keys(manifest.dependencies).toSorted());
  expect(named("## What building and testing need").toSorted()).toEqual(
    Object.keys(manifest.devDependencies).toSorted(),
  );
  const reasons = [
    ...rowsBelow(text, "## What the programs need"),
    ...rowsBelow(text, "## What building and testing need"),
  ];
  expect(reasons.filter((cells) => (cells.at(-1) ?? "").length < 5)).toEqual([]);
});

test("CONTEXT.md has the statuses and conclusions of the contract", () => {
  const words = (all: readonly string[]) => all.map((word) => `\`${word}\``).join(", ");
  expect(rowsBelow(read("CONTEXT.md"), "## Statuses and conclusions")).toEqual([
    ["a run", words(RunStatus.options), words(RunConclusion.options)],
    ["a task", words(TaskStatus.options), words(TaskConclusion.options)],
  ]);
});

test("SECURITY.md names tests that carry the number", () => {
  const rows = rowsBelow(read("SECURITY.md"), "## Where it is proven");
  expect(rows.length).toBeGreaterThan(20);
  const unproven = rows.filter(([number = "", , link = ""]) => {
    const path = /\(([^)]+)\)/.exec(link)?.[1] ?? "";
    return !new RegExp(`"[^"]*\\b${number}\\b[^"]*"`).test(read(path));
  });
  expect(unproven).toEqual([]);
});

test("decisions are numbered without a gap, and each has its three parts", () => {
  const files = readdirSync(join(root, "docs/adr")).sort();
  expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
  for (const file of files) {
    const headings = [...read(`docs/adr/${file}`).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings, file).toEqual(["Context", "Decision", "Consequences"]);
    expect(read(`docs/adr/${file}`), file).toMatch(new RegExp(`^# ${file.slice(0, 4)}: \\S`));
  }
});

test.each(["docs/loop.svg", "docs/demo.svg"])("%s is a picture for light and dark that runs nothing", (path) => {
  const svg = read(path);
  expect(svg).toMatch(/^<svg [^>]*role="img"/);
  expect(svg).toContain("<title");
  expect(svg).toContain("prefers-color-scheme: dark");
  expect(svg).not.toMatch(/<script|\son\w+=|href="http|<foreignObject/);
});

test("a terminal's screen is drawn in its places and looks, and its text is text", () => {
  const svg = renderScreen("\u001b[32m✓\u001b[39m \u001b[1mdone\u001b[0m  <script>", { title: "a & b", columns: 20 });
  const pieces = [...svg.matchAll(/<text x="([\d.]+)"[^>]*?(?: class="(\w+)")?>([^<]+)</g)].map((found) =>
    found.slice(1),
  );
  expect(pieces).toEqual([
    ["18.0", "green", "✓"],
    ["34.8", "bold", "done"],
    ["85.2", undefined, "&lt;script&gt;"],
  ]);
  expect(svg).toContain('<title id="t">a &amp; b</title>');
});
