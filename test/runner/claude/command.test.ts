import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkClaude, isOlder, MINIMUM_VERSION } from "#runner/claude/check.ts";
import { type ClaudeSpec, claudeCommand } from "#runner/claude/command.ts";
import { ownLoginPaths, seedHome } from "#runner/claude/home.ts";
import { interruptLine, userLine } from "#runner/claude/message.ts";
import { PROGRAM } from "./instance.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cco-command-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const aSpec = (more: Partial<ClaudeSpec> = {}): ClaudeSpec => ({
  isScreen: false,
  program: "claude",
  sessionId: "5b1f6f0e-0000-4000-8000-000000000001",
  resume: false,
  model: null,
  folder: "/state/i-1",
  home: "/state/home-1",
  tmpDir: "/state/tmp-1",
  login: { kind: "key", keyFile: "/keys/it's one" },
  instructions: "",
  maxTurns: null,
  maxBudgetUsd: null,
  tools: null,
  deny: [],
  questions: null,
  readOnly: false,
  asRoot: false,
  maxRetries: null,
  operator: { PATH: "/bin" },
  extraEnv: {},
  ...more,
});

test("a new session and a resumed one are given the same flags but for the id's", () => {
  const more = { model: "opus", instructions: "Be kind.", maxTurns: 30, maxBudgetUsd: 2.5 };
  const begun = claudeCommand(aSpec(more));
  const resumed = claudeCommand(aSpec({ ...more, resume: true }));
  expect(begun.argv.join(" ")).toBe(
    "claude -p --input-format stream-json --output-format stream-json --verbose --replay-user-messages " +
      "--session-id 5b1f6f0e-0000-4000-8000-000000000001 --model opus --settings /state/i-1/settings.json " +
      "--setting-sources user --strict-mcp-config --permission-mode bypassPermissions " +
      "--append-system-prompt-file /state/i-1/instructions.md --max-turns 30 --max-budget-usd 2.5",
  );
  expect(resumed.argv.join(" ")).toBe(begun.argv.join(" ").replace("--session-id", "--resume"));
  expect(begun.files["instructions.md"]).toBe("Be kind.");
  expect(claudeCommand(aSpec()).files).not.toHaveProperty("instructions.md");
});

test("tools are offered and refused as the policy says; asking stays possible where questions are", () => {
  const more = { tools: ["Read", "Bash"], deny: ["Bash(npm publish *)"] };
  const { argv, files } = claudeCommand(aSpec(more));
  expect(argv[argv.indexOf("--tools") + 1]).toBe("Read,Bash");
  expect(files["settings.json"]).toContain('"Bash(npm publish *)"');
  const asking = claudeCommand(aSpec({ ...more, questions: { answered: null } })).argv;
  expect(asking[asking.indexOf("--tools") + 1]).toBe("Read,Bash,AskUserQuestion");
  expect(claudeCommand(aSpec()).argv).not.toContain("--tools");
});

test("a login by the environment is in no argument and no file", () => {
  const variables = { CLAUDE_CODE_OAUTH_TOKEN: "oat-secret" };
  const { env, argv, files } = claudeCommand(aSpec({ login: { kind: "environment", variables } }));
  expect(env).toMatchObject({ ...variables, HOME: "/state/home-1" });
  expect(JSON.stringify([argv, files])).not.toContain("oat-secret");
});

test("S20: the environment is what is listed here and nothing else", () => {
  const operator = {
    PATH: "/usr/bin",
    LANG: "",
    TZ: "Europe/Rome",
    HOME: "/home/me",
    GH_TOKEN: "x",
    ANTHROPIC_API_KEY: "x",
    ANTHROPIC_BASE_URL: "http://127.0.0.1:9",
    HTTPS_PROXY: "http://me:secret@proxy",
    NO_PROXY: "localhost",
    NODE_OPTIONS: "--require evil",
    LD_PRELOAD: "evil.so",
  };
  const { env } = claudeCommand(
    aSpec({ operator, asRoot: true, maxRetries: 2, extraEnv: { CC_ORCHESTRATOR_RUN: "r1" } }),
  );
  expect(env).toEqual({
    CLAUDE_CODE_API_KEY_HELPER_TTL_MS: "2592000000",
    PATH: "/usr/bin",
    LANG: "C.UTF-8",
    TERM: "dumb",
    TZ: "Europe/Rome",
    ANTHROPIC_BASE_URL: "http://127.0.0.1:9",
    NO_PROXY: "localhost",
    HOME: "/state/home-1",
    CLAUDE_CONFIG_DIR: "/state/home-1/.claude",
    TMPDIR: "/state/tmp-1",
    IS_SANDBOX: "1",
    CLAUDE_CODE_MAX_RETRIES: "2",
    DISABLE_AUTOUPDATER: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    CLAUDE_CODE_DISABLE_FEEDBACK_SURVEY: "1",
    GIT_TERMINAL_PROMPT: "0",
    CC_ORCHESTRATOR_RUN: "r1",
  });
});

test.each([
  "GITHUB_TOKEN",
  "NPM_AUTH_TOKEN",
  "MY_SECRET",
  "DB_PASSWORD",
  "ANTHROPIC_API_KEY",
  "SSH_AUTH_SOCK",
  "SIGNING_KEY",
])("S20: %s is refused as an extra variable", (name) => {
  expect(() => claudeCommand(aSpec({ extraEnv: { [name]: "x" } }))).toThrow(name);
});

test("a person's own login keeps their home and configuration, and no key is named", () => {
  const { env, files, configDir } = claudeCommand(aSpec({ login: { kind: "own", home: "/home/me" } }));
  expect(env.HOME).toBe("/home/me");
  expect(env).not.toHaveProperty("CLAUDE_CONFIG_DIR");
  expect(files["settings.json"]).not.toContain("apiKeyHelper");
  expect(configDir).toBe("/home/me/.claude");
});

test("of a person's home an instance may write sessions and login, not what tells later sessions what to run", () => {
  const { writable, guarded } = ownLoginPaths("/home/me");
  expect(writable).toEqual(["/home/me/.claude", "/home/me/.claude.json"]);
  for (const name of ["settings.json", "CLAUDE.md", "skills", "plugins"])
    expect(guarded).toContain(`/home/me/.claude/${name}`);
  expect(guarded.every((path) => path.startsWith("/home/me/.claude/"))).toBe(true);
});

test("a key comes from its file by a helper, which the agent's Read may not open", () => {
  const settings = JSON.parse(claudeCommand(aSpec({ deny: ["Bash(npm publish *)"] })).files["settings.json"] ?? "");
  expect(settings.apiKeyHelper).toBe("cat '/keys/it'\\''s one' && : > '/keys/it'\\''s one'");
  expect(settings.disableAllHooks).toBe(false);
  expect(settings.permissions.deny).toEqual(
    expect.arrayContaining([
      "Bash(git push *)",
      "Bash(gh *)",
      "Read(//keys/it's one)",
      "EnterWorktree",
      "Bash(npm publish *)",
    ]),
  );
});

test("a message is one line, whatever is in it, and never a slash command", () => {
  const text = 'two\nlines, "quotes", \u2028, half \ud800 a character';
  const line = userLine(text, "id-1");
  expect(line).not.toContain("\n");
  expect(JSON.parse(line)).toMatchObject({ type: "user", uuid: "id-1" });
  expect(JSON.parse(line).message.content[0].text).toBe(text.toWellFormed());
  expect(JSON.parse(userLine("/compact", "x")).message.content[0].text).toBe("Message:\n/compact");
  expect(JSON.parse(userLine(" \n/clear", "x")).message.content[0].text).toMatch(/^Message:/);
  expect(JSON.parse(interruptLine("r"))).toMatchObject({ request: { subtype: "interrupt" } });
});

test("the home is seeded for an unattended start, and what was in it stays", async () => {
  const configDir = join(folder, "home/.claude");
  await seedHome({ configDir, trusted: ["/work/a"] });
  const file = join(configDir, ".claude.json");
  expect(statSync(configDir).mode & 0o777).toBe(0o700);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const written = JSON.parse(readFileSync(file, "utf8"));
  expect(written).toMatchObject({
    hasCompletedOnboarding: true,
    projects: { "/work/a": { hasTrustDialogAccepted: true } },
  });

  writeFileSync(
    file,
    JSON.stringify({ ...written, theirs: 1, projects: { ...written.projects, "/else": { cost: 2 } } }),
  );
  await seedHome({ configDir, trusted: ["/work/a", "/work/b"] });
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
    theirs: 1,
    projects: {
      "/else": { cost: 2 },
      "/work/a": { hasTrustDialogAccepted: true },
      "/work/b": { hasTrustDialogAccepted: true },
    },
  });

  const before = statSync(file).ino;
  await seedHome({ configDir, trusted: ["/work/a", "/work/b"] });
  expect(statSync(file).ino, "nothing to change, nothing written").toBe(before);
});

test.each(["[1]", "{half"])("a home whose configuration is no JSON object (%s) is not overwritten", async (content) => {
  const file = join(folder, ".claude.json");
  writeFileSync(file, content);
  await expect(seedHome({ configDir: folder, trusted: [] })).rejects.toThrow();
  expect(readFileSync(file, "utf8")).toBe(content);
});

/** A program that answers `--version` so. */
function aProgram(script: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const file = join(bin, "claude");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

test("F54: the real program is found and new enough", async () => {
  const env = { PATH: process.env.PATH, HOME: folder };
  expect(await checkClaude({ program: PROGRAM, env })).toEqual({ version: "2.1.197" });
});

test.each([
  ["missing", null, "claude_missing", "no such program"],
  ["too old", "echo '2.1.127 (Claude Code)'", "claude_too_old", MINIMUM_VERSION],
  ["another program", "echo 'claude the painter 7'", "claude_incompatible", "claude the painter 7"],
  ["failing", "exit 9", "claude_missing", "9"],
  ["hanging", "exec sleep 60", "claude_missing", "no answer in 0.3 s"],
])("F54: a program that is %s is told", async (_what, script, reason, words) => {
  const program = script === null ? join(folder, "none") : aProgram(script);
  const check = await checkClaude({ program, timeoutMs: script === "exec sleep 60" ? 300 : 20_000 });
  expect(check).toMatchObject({ problem: { reason, sentence: expect.stringContaining(words) } });
});

test("versions compare by number, not by letter", () => {
  expect(isOlder("2.1.9", "2.1.128")).toBe(true);
  expect(isOlder("2.1.128", "2.1.128")).toBe(false);
  expect(isOlder("10.0.0", "2.1.128")).toBe(false);
  expect(isOlder("1.9.999", "2.1.128")).toBe(true);
});
