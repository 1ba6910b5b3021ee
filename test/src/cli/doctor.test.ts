import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkServer } from "#cli/doctor/server.ts";
import { checkNode } from "#cli/doctor/tools.ts";
import { openClient } from "#protocol/client.ts";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { aRunner, openHome } from "./world.ts";

const claude = join(import.meta.dirname, "../../../node_modules/.bin/claude");
const home = openHome();
let server: StandIn;
/** What GitHub says of the App. */
const github = { status: 200, body: {} as object, date: null as string | null, asked: [] as string[] };
const gitHub = createServer((request, response) => {
  github.asked.push(`${request.method} ${request.url}`);
  const date = github.date === null ? {} : { date: github.date };
  response.writeHead(github.status, { "content-type": "application/json", ...date }).end(JSON.stringify(github.body));
});
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

beforeAll(async () => {
  const jira = { kind: "jira", name: "jira", place: "acme.test", pending: 2, dead: 0 } as const;
  server = await openStandIn({
    health: { ok: true, version: "0.1.0" },
    listRunners: { runners: [aRunner()] },
    listIntegrations: { integrations: [{ ...jira, state: "failing", sentence: "Jira does not let us in." }] },
  });
  await new Promise<void>((resolve) => gitHub.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await server.close();
  gitHub.close();
  home.close();
});

const granted = { contents: "write", issues: "write", pull_requests: "write", checks: "write" };
const envOfServer = () => ({
  CC_ORCHESTRATOR_SERVER: server.url,
  CC_ORCHESTRATOR_TOKEN: operatorToken,
  ANTHROPIC_API_KEY: "sk-ant-of-the-test",
  APP_ID: "7",
  PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  WEBHOOK_SECRET: "0123456789abcdef0123456789abcdef",
  GITHUB_API_URL: `http://127.0.0.1:${(gitHub.address() as AddressInfo).port}`,
});

type Checks = { ok: boolean; checks: { name: string; verdict: string; found: string; advice?: string }[] };
const inJson = async (args: readonly string[], env: Record<string, string>) => {
  const { code, out } = await home.run(["doctor", "--json", ...args], env);
  const { ok, checks } = JSON.parse(out) as Checks;
  return { code, ok, of: (name: string) => checks.find((one) => one.name === name) };
};

describe("doctor", () => {
  it("finds nothing missing where all is there", async () => {
    Object.assign(github, { status: 200, body: { slug: "my-orchestrator", permissions: granted } });
    const { code, out, err } = await home.run(["doctor", "--claude", claude], envOfServer());
    expect(err).toMatch(/^Nothing is missing\.$/m);
    expect(code).toBe(0);
    for (const line of [
      /^✓ Node +\d+\.\d+/m,
      /^✓ git +\d+\.\d+/m,
      /^✓ tmux +\d+\.\d+/m,
      /^✓ Claude Code +\d+\.\d+\.\d+$/m,
      /^✓ Claude login +an API key \(ANTHROPIC_API_KEY\)$/m,
      /^[✓!] sandbox +(bubblewrap|unshare|none)/m,
      /^✓ state +\/.*made at the first start/m,
      /^✓ server +0\.1\.0 at http/m,
      /^✓ runners +1 online$/m,
      /^✓ GitHub App +my-orchestrator$/m,
      /^✓ clock +as GitHub's$/m,
    ])
      expect(out).toMatch(line);
    expect(out).not.toMatch(/sk-ant|BEGIN|0123456789abcdef/);
    expect(github.asked.at(-1)).toBe("GET /app");
  });

  it("says of each thing that is missing what to do, and ends with 1", async () => {
    const empty = join(home.folder, "empty");
    mkdirSync(empty, { recursive: true });
    const { code, ok, of } = await inJson([], { PATH: empty });
    expect({ code, ok }).toEqual({ code: 1, ok: false });
    for (const name of ["git", "tmux"])
      expect(of(name)).toMatchObject({ verdict: "missing", advice: expect.stringMatching(/^Install it: apt install/) });
    expect(of("Claude Code")).toMatchObject({ verdict: "missing", advice: expect.stringContaining("npm install -g") });
    // Neither is needed to try it, so neither is missing.
    const nowhere = "http://127.0.0.1:9";
    expect(await checkServer(openClient(nowhere, null), nowhere, false)).toMatchObject([
      { name: "server", verdict: "note", advice: expect.stringContaining("web start") },
    ]);
    expect(of("GitHub App")).toMatchObject({ verdict: "note", advice: expect.stringContaining("init --app") });
  });

  it("tells tools that are too old, and a Claude Code that is not signed in", async () => {
    const old = join(home.folder, "old");
    mkdirSync(old, { recursive: true });
    for (const [name, words] of [
      ["git", "git version 2.20.1"],
      ["tmux", "tmux 2.8"],
    ])
      writeFileSync(join(old, name ?? ""), `#!/bin/sh\necho "${words}"\n`, { mode: 0o755 });
    symlinkSync(process.execPath, join(old, "node"));
    const { of } = await inJson(["--claude", claude], { PATH: `${old}:/usr/bin:/bin` });
    expect(of("git")).toMatchObject({ verdict: "missing", found: "2.20.1 is too old" });
    expect(of("tmux")).toMatchObject({ verdict: "missing", found: "2.8 is too old" });
    expect(of("Claude login")).toMatchObject({
      verdict: "missing",
      advice: expect.stringContaining("claude auth login"),
    });
    expect(checkNode("20.11.0")).toMatchObject({ verdict: "missing", advice: "Install Node 22.18 or newer." });
  });

  it.each([
    { what: "a key that GitHub does not know", status: 401, body: {}, found: /does not know App 7/ },
    {
      what: "a permission that is lacking",
      status: 200,
      body: { slug: "x", permissions: { ...granted, checks: "read" } },
      found: /x lacks the permission to write: checks/,
    },
  ])("tells $what", async ({ status, body, found }) => {
    Object.assign(github, { status, body, date: null });
    const { code, of } = await inJson(["--claude", claude], envOfServer());
    expect(code).toBe(1);
    expect(of("GitHub App")).toMatchObject({ verdict: "missing", found: expect.stringMatching(found) });
  });

  it("tells a clock that is wrong", async () => {
    const date = new Date(Date.now() + 120_000).toUTCString();
    Object.assign(github, { status: 200, body: { slug: "x", permissions: granted }, date });
    const { of } = await inJson(["--claude", claude], envOfServer());
    expect(of("clock")).toMatchObject({
      verdict: "missing",
      found: expect.stringMatching(/^1\d\d s behind GitHub's$/),
    });
  });

  it("tells how it goes with the places outside GitHub; one that fails keeps nothing from working", async () => {
    const { of } = await inJson(["--claude", claude], envOfServer());
    expect(of("jira")).toMatchObject({
      verdict: "note",
      found: "Jira does not let us in. 2 wait.",
      advice: "Try it: cc-orchestrator integrations test jira",
    });
  });

  it("tells a server that was named and does not answer, and one that refuses us", async () => {
    const gone = await inJson(["--server", "http://127.0.0.1:9"], {});
    expect(gone.of("server")).toMatchObject({ verdict: "missing", found: "nothing answers at http://127.0.0.1:9" });
    const refusing = await inJson(["--server", server.url], { CC_ORCHESTRATOR_TOKEN: "wrong" });
    expect(refusing.of("server")).toMatchObject({
      verdict: "missing",
      advice: expect.stringContaining("operator.token"),
    });
  });

  it("S53 tells a state folder that others can look into, once", async () => {
    const state = join(home.folder, "open");
    mkdirSync(state, { mode: 0o755 });
    const { code, out } = await home.run(["doctor", "--home", state], { ...envOfServer() });
    expect(code).toBe(1);
    expect(out.match(/chmod 700/g)).toHaveLength(1);
  });
});
