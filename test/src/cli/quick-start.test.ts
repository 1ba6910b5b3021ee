import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTerminals } from "#runner/terminal/terminals.ts";
import { openModel } from "#test/model/model.ts";
import { freePort } from "#test/world/free-port.ts";
import { openFiles } from "../../../src/config/files.ts";
import { readRunnerSettings } from "../../../src/config/runner.ts";
import { openTerminal, type TestTerminal } from "./terminal.ts";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "cco-quick-"));
const prefix = join(folder, "prefix");
const project = join(folder, "project");
const bash = { name: "Bash", input: { command: "sed -i 's/good day/bonjour/' index.js" } };
const model = await openModel({ scripts: { default: [{ text: "I change it.", tools: [bash] }, { text: "Done." }] } });
const port = await freePort();
const env = {
  HOME: join(folder, "home"),
  PATH: [join(prefix, "bin"), dirname(process.execPath), "/usr/local/bin:/usr/bin:/bin"].join(delimiter),
  // Not this machine's own Claude Code, which may be signed in.
  CC_ORCHESTRATOR_CLAUDE: join(root, "node_modules/.bin/claude"),
  ANTHROPIC_API_KEY: model.key,
  ANTHROPIC_BASE_URL: model.url,
  PORT: String(port),
  CC_ORCHESTRATOR_SERVER: `http://127.0.0.1:${port}`,
  PS1: "$ ",
};
const { version, files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  version: string;
  files: string[];
};
let packed: string[] = [];
let terminal: TestTerminal;

beforeAll(async () => {
  for (const one of [env.HOME, project]) mkdirSync(one);
  await pack();
  await makeProject();
  terminal = await openTerminal("sh", { folder: project, env, columns: 100, rows: 160 });
}, 120_000);
afterAll(async () => {
  await terminal.close();
  await model.close();
  const reading = readRunnerSettings(env, await openFiles(env, null), {}, "local-runner");
  if ("problems" in reading) throw new Error(JSON.stringify(reading.problems));
  await openTerminals({ home: reading.config.home, socket: reading.config.tmuxSocket }).killServer();
  rmSync(folder, { recursive: true, force: true });
});

/** What is published, installed where nothing is. */
async function pack(): Promise<void> {
  const source = join(folder, "source");
  mkdirSync(source);
  await execa(process.execPath, [join(root, "scripts/build.mjs"), join(source, "dist")]);
  for (const name of ["package.json", ...files])
    if (name !== "dist" && existsSync(join(root, name)))
      cpSync(join(root, name), join(source, name), { recursive: true });
  const npm = { cwd: folder, env: { HOME: env.HOME, npm_config_update_notifier: "false" } } as const;
  const { stdout } = await execa("npm", ["pack", "--json", "--ignore-scripts", source], npm);
  const [tarball] = Object.values(JSON.parse(stdout)) as { filename: string; files: { path: string }[] }[];
  if (tarball === undefined) throw new Error("npm packed nothing");
  packed = tarball.files.map(({ path }) => path);
  const file = join(folder, tarball.filename);
  if (!process.env.CI) return installWithoutRegistry(file);
  const flags = ["--prefix", prefix, "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  await execa("npm", ["install", "--global", ...flags, file], { ...npm, timeout: 110_000 });
}

/**
 * What npm does with a package of this shape, with the packages that this checkout has. With CI set, npm does it, which
 * fetches them all.
 */
async function installWithoutRegistry(file: string): Promise<void> {
  rmSync(prefix, { recursive: true, force: true });
  const place = join(prefix, "lib/node_modules/cc-orchestrator");
  for (const one of [place, join(prefix, "bin")]) mkdirSync(one, { recursive: true });
  await execa("tar", ["-xzf", file, "-C", place, "--strip-components=1"]);
  symlinkSync(join(root, "node_modules"), join(place, "node_modules"));
  for (const name of ["cc-orchestrator", "cco"]) symlinkSync(join(place, "dist/cli.js"), join(prefix, "bin", name));
}

/** A repository with a history. */
async function makeProject(): Promise<void> {
  const git = (...args: string[]) =>
    execa("git", ["-c", "user.name=Mona", "-c", "user.email=mona@example.com", ...args], { cwd: project });
  await git("init", "--quiet", "--initial-branch=main");
  const scripts = { test: "node --test", lint: "node --check index.js" };
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "greeting", scripts }));
  const lock = { name: "greeting", lockfileVersion: 3, requires: true, packages: { "": { name: "greeting" } } };
  writeFileSync(join(project, "package-lock.json"), JSON.stringify(lock));
  for (const word of ["hello", "hello, world", "good day"]) {
    writeFileSync(join(project, "index.js"), `console.log(${JSON.stringify(word)});\n`);
    await git("add", "--all");
    await git("commit", "--quiet", "-m", `Say ${word}`);
  }
}

let marks = 0;
/** The screen may still show how the command before has ended. */
function nextMark(): string {
  marks += 1;
  return `ended-${marks}:`;
}

/** Types a command, waits until it has ended with `code`, and returns what it showed. */
async function typed(line: string, code = 0, timeout = 20_000): Promise<string> {
  const mark = nextMark();
  await terminal.type(`clear; ${line}; echo "${mark} $?"`);
  await expect.poll(() => terminal.screen(), { timeout }).toMatch(new RegExp(`^${mark} ${code}$`, "m"));
  return terminal.screen();
}

describe("the quick start, typed into a terminal, from the package as it is published", () => {
  it("packs the program and nothing that it does not need", () => {
    expect(packed).toContain("dist/cli.js");
    expect(packed).toContain("README.md");
    expect(
      packed.filter((path) => !/^(dist\/|package\.json$|README\.md$|LICENSE|action\.yml$|app\.yml$)/.test(path)),
    ).toEqual([]);
  });

  it("cc-orchestrator --help, by both of its names", async () => {
    const screen = await typed("cc-orchestrator --help");
    expect(screen).toContain("Usage: cc-orchestrator <command> [flags]   (cco for short)");
    for (const name of ["init", "up", "status", "task create"]) expect(screen).toMatch(new RegExp(`^  ${name} `, "m"));
    expect(await typed("cco task list --help")).toContain("Usage: cc-orchestrator task list");
  });

  it("cco version", async () => {
    expect(await typed("cco version")).toMatch(new RegExp(`^${version.replaceAll(".", "\\.")}$`, "m"));
  });

  it("cco init, which shows what it found and asks", async () => {
    const mark = nextMark();
    await terminal.type(`clear; cco init; echo "${mark} $?"`);
    await expect.poll(() => terminal.screen(), { timeout: 20_000 }).toContain("Write it? [Y/n]");
    expect(await terminal.screen()).toMatch(/- npm ci\nverify:\n {2}- npm run lint\n {2}- npm test/);
    await terminal.press("Enter");
    await expect.poll(() => terminal.screen(), { timeout: 20_000 }).toMatch(new RegExp(`^${mark} 0$`, "m"));
    expect(await typed("git status --short --untracked-files=all")).toContain("?? .github/cc-orchestrator.yml");
  });

  it("cco status, while no server runs: one sentence of what, one of what to do", async () => {
    expect(await typed("cco status --server http://127.0.0.1:9", 5)).toMatch(
      /The server at http:\/\/127\.0\.0\.1:9 does not answer\. Is it running\? Start it with:/,
    );
  });

  it("cco web start -d, with no GitHub App and nothing else to say", async () => {
    const screen = await typed("cco web start -d");
    expect(screen).toMatch(new RegExp(`^http://127.0.0.1:${port}$`, "m"));
    expect(screen).toMatch(/It goes on in the background; its log is .*web stop/s);
    expect(await typed("cco web status")).toMatch(/^running/m);
  });

  it("cco doctor, which finds all that is needed and says what comes next", async () => {
    const screen = await typed("cco doctor");
    for (const line of [/^✓ Node /m, /^✓ git /m, /^✓ tmux /m, /^✓ Claude Code /m, /^✓ server /m])
      expect(screen).toMatch(line);
    expect(screen).toContain("Nothing is missing.");
  });

  it("cco task create, which only writes down what is wanted", async () => {
    const screen = await typed('cco task create "Implement feature X" --branch feature/x');
    expect(screen).toMatch(/^TASK-1$/m);
    expect(screen).toMatch(/Nobody has started it yet\. Start it: cc-orchestrator instance spawn --task TASK-1/);
  });

  it("cco instance spawn, after which Claude works", async () => {
    expect(await typed("cco instance spawn --task TASK-1", 0, 60_000)).toMatch(/^TASK-1 in progress$/m);
    await typed("cco task logs TASK-1 --follow", 0, 60_000);
  }, 130_000);

  it("cco status, which shows the task; its branch holds the work", async () => {
    expect(await typed("cco status")).toMatch(/in review \(1\)\nTASK-1 +in review +local\/project/);
    expect(await typed("git log --format=%s main..feature/x")).toMatch(/^Implement feature X$/m);
    expect(await typed("git show feature/x:index.js")).toContain("bonjour");
    expect(await typed("cat index.js")).toContain("good day");
  });

  it("cco web stop, after which nothing answers", async () => {
    expect(await typed("cco web stop")).toMatch(/^Stopped\.$/m);
    expect(await typed("cco status", 5)).toMatch(/does not answer/);
    expect(await typed("cco web stop", 5)).toContain("No control plane runs here.");
  });
});
