import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openFiles } from "../../../src/config/files.ts";
import { readServerConfig } from "../../../src/config/server.ts";

const token = (letter: string) => `ghp_${letter.repeat(36)}`;
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "cco-config-"));
  mkdirSync(join(home, ".config/cc-orchestrator"), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** What this config.yaml and environment make of the way to GitHub, or the sentences of what is wrong. */
async function read(yaml: string, more: Record<string, string> = {}) {
  writeFileSync(join(home, ".config/cc-orchestrator/config.yaml"), yaml, { mode: 0o600 });
  const env = { HOME: home, ...more };
  const reading = readServerConfig(env, await openFiles(env, null));
  if ("problems" in reading) return reading.problems.map(({ key, sentence }) => `${key}: ${sentence}`);
  return reading.config.github;
}

const named = "github:\n  repositories: [acme/shop, acme/site]\n";
const repositories = ["acme/shop", "acme/site"];

test("a token alone, which many have for other programs, opens no repository", async () => {
  expect(await read("", { GITHUB_TOKEN: token("a") })).toBeNull();
});

test("the token that is meant for this program counts before the usual one, and the one of a file before that", async () => {
  const path = join(home, "token");
  writeFileSync(path, `${token("f")}\n`, { mode: 0o600 });
  const usual = { GITHUB_TOKEN: token("u") };
  expect(await read(named, usual)).toEqual({ repositories, token: token("u"), tokenPath: null, pollSeconds: 30 });
  const kept = `${named}  token_path: ${path}\n  poll_seconds: 60\n`;
  expect(await read(kept, usual)).toEqual({ repositories, token: token("f"), tokenPath: path, pollSeconds: 60 });
  const own = { ...usual, CC_ORCHESTRATOR_GITHUB_TOKEN: token("o") };
  expect(await read(kept, own)).toMatchObject({ token: token("o"), tokenPath: null });
  const also = { ...usual, CC_ORCHESTRATOR_REPOSITORIES: "acme/other" };
  expect(await read(named, also)).toMatchObject({ repositories: ["acme/other"] });
});

test("what cannot be used is told with the place, and never with the token (S47)", async () => {
  expect(await read(named)).toEqual([
    "github.repositories: Repositories are named, and there is neither a token nor a GitHub App to reach them with.",
  ]);
  const wrong = `${token("x")} and more`;
  expect(await read(named, { GITHUB_TOKEN: wrong })).toEqual(["GITHUB_TOKEN: This is not a token of GitHub's."]);
  const path = join(home, "token");
  writeFileSync(path, token("f"), { mode: 0o644 });
  expect(await read(`${named}  token_path: ${path}\n`)).toEqual([
    `github.token_path: Other users of the machine can read or write ${path}.`,
  ]);
  expect(await read("github:\n  repositories: [shop]\n", { GITHUB_TOKEN: token("a") })).toEqual([
    expect.stringContaining('"shop" is not a repository (owner/name)'),
  ]);
});
