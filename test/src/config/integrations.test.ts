import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openFiles } from "../../../src/config/files.ts";
import { noIntegrations, readIntegrations } from "../../../src/config/integrations.ts";
import { aSecret } from "../integrations/receiver.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "cco-config-"));
  mkdirSync(join(home, ".config/cc-orchestrator"), { recursive: true });
  writeFileSync(join(home, "ops.secret"), `${aSecret("a")}\n`, { mode: 0o600 });
  writeFileSync(join(home, "slack.token"), "xoxb-1111-2222-abcdef\n", { mode: 0o600 });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Reads this as config.yaml. */
async function read(yaml: string, more: Record<string, string> = {}) {
  writeFileSync(join(home, ".config/cc-orchestrator/config.yaml"), yaml, { mode: 0o600 });
  const env = { HOME: home, ...more };
  return readIntegrations(env, await openFiles(env, null));
}

const webhook = (more: string) =>
  `integrations:\n  webhooks:\n    - name: ops\n      url: https://ops.example.com/x\n${more}`;

test("without integrations there are none", async () => {
  expect(await read("home: ~/x\n")).toEqual({ config: noIntegrations, problems: [] });
});

test("a receiver is read with the secret of its file, and with two of the environment", async () => {
  const { config, problems } = await read(webhook("      secret_path: ~/ops.secret\n"));
  expect(problems).toEqual([]);
  expect(config.webhooks).toEqual([
    { name: "ops", url: "https://ops.example.com/x", events: ["*"], secrets: [aSecret("a")], mayGoInside: false },
  ]);
  const variable = { CC_ORCHESTRATOR_WEBHOOK_OPS_SECRET: `${aSecret("b")} ${aSecret("c")}` };
  expect((await read(webhook(""), variable)).config.webhooks[0]?.secrets).toEqual([aSecret("b"), aSecret("c")]);
});

test("Slack is read with its token", async () => {
  const yaml =
    "integrations:\n  slack:\n    channel: C0123456789\n    token_path: ~/slack.token\n    people: { U0123456789: ada }\n";
  const { config, problems } = await read(yaml);
  expect(problems).toEqual([]);
  expect(config.slack).toEqual({
    channel: "C0123456789",
    token: "xoxb-1111-2222-abcdef",
    people: { U0123456789: "ada" },
  });
});

describe("Jira", () => {
  const yaml = (more = "") =>
    `integrations:\n  jira:\n    url: https://acme.atlassian.net\n    projects: [{ project: SHOP, repository: acme/shop }]\n${more}`;
  const token = { CC_ORCHESTRATOR_JIRA_TOKEN: "t0ken" };

  test("is read with its token; tickets with the label claude are those of a project that says nothing else", async () => {
    const { config, problems } = await read(
      yaml("    email: bot@acme.test\n    people: { ada@acme.test: ada }\n"),
      token,
    );
    expect(problems).toEqual([]);
    expect(config.jira).toMatchObject({
      kind: "cloud",
      auth: { email: "bot@acme.test", token: "t0ken" },
      people: { "ada@acme.test": "ada" },
      secrets: [],
      projects: [{ project: "SHOP", repository: "acme/shop", label: "claude", jql: null, isPlan: false, states: {} }],
    });
  });

  test.each([
    ["    email: bot@acme.test\n", {}, "There is no token."],
    ["", token, "only with its account's e-mail"],
    ["    kind: server\n", { ...token, CC_ORCHESTRATOR_JIRA_WEBHOOK_SECRET: "short" }, "secret is too short"],
    ["    kind: castle\n", token, "Invalid option"],
  ])("that is written wrong (%j) is refused with what to do", async (more, env, sentence) => {
    const { config, problems } = await read(yaml(more), env);
    expect(config.jira).toBeNull();
    expect(problems[0]?.sentence).toContain(sentence);
    expect(problems[0]?.advice).not.toBe("");
  });
});

test("Discord is read as a bot with its token, or as a webhook", async () => {
  const token = `${"A".repeat(24)}.abcdef.${"b".repeat(38)}`;
  const key = "0a".repeat(32);
  const yaml = `integrations:\n  discord:\n    channel: "123456789012345678"\n    public_key: ${key}\n`;
  const bot = await read(yaml, { CC_ORCHESTRATOR_DISCORD_TOKEN: token });
  expect(bot.problems).toEqual([]);
  expect(bot.config.discord?.to).toEqual({ kind: "bot", channel: "123456789012345678", token, publicKey: key });
  const url = `https://discord.com/api/webhooks/123456789/${"c".repeat(40)}`;
  const hook = await read("integrations:\n  discord: {}\n", { CC_ORCHESTRATOR_DISCORD_WEBHOOK: url });
  expect(hook.config.discord?.to).toEqual({ kind: "webhook", id: "123456789", token: "c".repeat(40) });
});

test.each([
  ["no secret", webhook(""), "no secret"],
  ["a secret that is none", webhook("      secret_path: ~/slack.token\n"), "not whsec_"],
  ["a file that is not there", webhook("      secret_path: ~/nothing\n"), "no file"],
  [
    "an event that there is not",
    webhook("      events: [task.exploded]\n      secret_path: ~/ops.secret\n"),
    "one of task.created",
  ],
  ["a key that there is not", webhook("      secrets: x\n"), "secrets"],
  ["an address that is none", "integrations:\n  webhooks:\n    - name: ops\n      url: ftp://x\n", "URL"],
  ["a channel by its name", "integrations:\n  slack:\n    channel: '#work'\n", "C0123456789"],
  ["Slack without a token", "integrations:\n  slack:\n    channel: C0123456789\n", "no token"],
  ["Discord without anything", "integrations:\n  discord: {}\n", "neither a channel nor a webhook"],
  ["Discord without a token", 'integrations:\n  discord:\n    channel: "123456789012345678"\n', "no token"],
  ["a channel that YAML reads as a number", "integrations:\n  discord:\n    channel: 123456789012345678\n", "channel"],
  ["an integration that there is not", "integrations:\n  teams: {}\n", "teams"],
])("%s is said, with what to do", async (_what, yaml, said) => {
  const { problems } = await read(yaml);
  expect(problems.map(({ key, sentence }) => `${key}: ${sentence}`).join("\n")).toContain(said);
  expect(problems.every(({ advice }) => advice.length > 10)).toBe(true);
});

test("a secret that others can read is refused", async () => {
  chmodSync(join(home, "ops.secret"), 0o644);
  const { problems } = await read(webhook("      secret_path: ~/ops.secret\n"));
  expect(problems[0]?.sentence).toContain("Other users of the machine can read");
});
