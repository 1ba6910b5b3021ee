import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, expect, it } from "vitest";
import { openTerminals } from "#runner/terminal/terminals.ts";
import { openGitHub } from "#test/github/github.ts";
import { openModel } from "#test/model/model.ts";
import { openFiles } from "../../../src/config/files.ts";
import { readRunnerSettings } from "../../../src/config/runner.ts";
import { openHome, startInside, startProgram } from "./world.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const root = join(import.meta.dirname, "../../..");
const hostile =
  "Greet in French \u001b]0;pwned\u0007\u202e, and this title is long enough for any terminal to be too narrow";

/** GitHub and the model as stand-ins, everything else as a person has it: one command, and an issue. */
async function openLaptop(start: typeof startInside) {
  const home = openHome();
  ends.push(() => home.close());
  mkdirSync(join(home.folder, "git"));
  const github = await openGitHub({ folder: join(home.folder, "git") });
  ends.push(() => github.close());
  const bash = { name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js" } };
  const words = [{ text: "I will change the greeting.", tools: [bash] }, { text: "The greeting is French now." }];
  const model = await openModel({ scripts: { default: words } });
  ends.push(() => model.close());
  const { fullName: repository } = await github.createRepository({
    owner: "acme",
    name: "website",
    private: true,
    files: { "greet.js": "export const greet = () => 'hello';\n" },
    collaborators: { ada: "write" },
    labels: { claude: "5319e7" },
  });
  const issue = github.as("ada").openIssue(repository, { title: hostile, body: "Say bonjour." });

  const env = { HOME: home.folder, ANTHROPIC_API_KEY: model.key, ANTHROPIC_BASE_URL: model.url };
  const { app, apiUrl } = github;
  const keys = { APP_ID: String(app.id), PRIVATE_KEY: app.privateKey, WEBHOOK_SECRET: app.webhookSecret };
  const reading = readRunnerSettings(env, await openFiles(env, null), {}, "local-runner");
  if ("problems" in reading) throw new Error(JSON.stringify(reading.problems));
  const { home: runnerHome, tmuxSocket } = reading.config;
  ends.push(() => openTerminals({ home: runnerHome, socket: tmuxSocket }).killServer());
  const claude = join(root, "node_modules/.bin/claude");
  const up = start(home.folder, ["up", "--port", "0", "--claude", claude, "--name", "laptop"], {
    ...env,
    ...keys,
    GITHUB_API_URL: apiUrl,
  });
  ends.push(() => {
    up.kill("SIGTERM");
    return up.ended;
  });
  const url = await up.url;
  const cco = (args: string[]) => home.run([...args, "--server", url]);
  return { home, github, repository, issue, up, url, cco };
}

it("one command takes an issue to a pull request, and the others tell about it", { timeout: 120_000 }, async () => {
  const { home, github, repository, issue, up, url, cco } = await openLaptop(startInside);
  const created = await cco(["task", "create", "--repository", repository, "--issue", String(issue)]);
  expect(created).toMatchObject({ code: 0, out: "TASK-1\n" });

  const followed = await cco(["task", "logs", "TASK-1", "--follow"]);
  expect(followed.code).toBe(0);
  expect(followed.out).toMatch(/say {4}I will change the greeting\./);
  expect(followed.out).toMatch(/The greeting is French now\./);
  const loaded = await cco(["task", "logs", "TASK-1"]);
  // Nothing twice, nothing lost: what was told along the way is what is kept.
  expect(loaded.out.startsWith(followed.out)).toBe(true);

  const { task } = JSON.parse((await cco(["task", "show", "TASK-1", "--json"])).out);
  expect(task).toMatchObject({ status: "in_review", title: hostile, repository, issue: { number: issue } });
  const shown = await cco(["task", "show", "TASK-1"]);
  expect(shown.out).toMatch(/✓ claude/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may be there
  expect(shown.out).not.toMatch(/[\u001b\u0007\u202e]/);

  for (const command of [["task", "list"], ["status"], ["runner", "list"]]) {
    const screen = await typed(home.folder, [...command, "--server", url], 60);
    expect(screen.length).toBeGreaterThan(1);
    for (const line of screen) expect(line.length).toBeLessThanOrEqual(60);
    const piped = (await cco(command)).out.trimEnd().split("\n");
    expect(screen).toHaveLength(piped.length);
  }
  expect((await cco(["runner", "list"])).out).toMatch(/laptop +online +0\/\d/);

  up.kill("SIGINT");
  expect((await up.ended).code).toBe(0);
  expect(github.violations).toEqual([]);
});

it("the same command of the bundle does, with its own program in the terminal", { timeout: 120_000 }, async () => {
  const dist = mkdtempSync(join(tmpdir(), "cco-bundle-"));
  ends.push(() => rmSync(dist, { recursive: true, force: true }));
  await execa(process.execPath, [join(root, "scripts/build.mjs"), dist]);
  symlinkSync(join(root, "node_modules"), join(dist, "node_modules"));
  const { github, repository, issue, up, cco } = await openLaptop((...given) =>
    startProgram(...given, join(dist, "cli.js")),
  );
  await cco(["task", "create", "--repository", repository, "--issue", String(issue)]);
  const followed = await cco(["task", "logs", "TASK-1", "--follow"]);
  expect(followed.out).toMatch(/The greeting is French now\./);
  const { task } = JSON.parse((await cco(["task", "show", "TASK-1", "--json"])).out);
  expect(task).toMatchObject({ status: "in_review", runs: [{ status: "completed", conclusion: "success" }] });
  up.kill("SIGTERM");
  expect((await up.ended).code).toBe(0);
  expect(github.violations).toEqual([]);
});

/** The lines on a real terminal of this width after the command was run there. */
async function typed(folder: string, args: readonly string[], columns: number): Promise<string[]> {
  const name = `cco-cli-${process.pid}`;
  const tmux = (...words: string[]) => execa("tmux", ["-L", name, "-f", "/dev/null", ...words], { timeout: 10_000 });
  const program = join(root, "src/cli/main.ts");
  const command = [process.execPath, program, ...args];
  // The shell runs only words of this file; it tells tmux when the command has ended, and holds the screen.
  const script = `HOME="$1"; shift; "$@"; tmux -L ${name} wait-for -S done; exec sleep 30`;
  try {
    await tmux("new-session", "-d", "-x", String(columns), "-y", "30", "sh", "-c", script, "sh", folder, ...command);
    await tmux("wait-for", "done");
    return (await tmux("capture-pane", "-p")).stdout.trimEnd().split("\n");
  } finally {
    await tmux("kill-server");
  }
}
