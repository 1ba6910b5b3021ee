import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFiles } from "../../../src/config/files.ts";
import { createHome } from "../../../src/config/home.ts";
import { readServerConfig } from "../../../src/config/server.ts";

const { privateKey: pem } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});
const webhookSecret = "0123456789abcdef0123456789abcdef";

let folder: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cco-config-"));
  env = { HOME: folder, APP_ID: "12345", PRIVATE_KEY: pem, WEBHOOK_SECRET: webhookSecret };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fileIn = (path: string, content: string, mode = 0o600) => {
  const full = join(folder, path);
  mkdirSync(join(full, ".."), { recursive: true });
  writeFileSync(full, content);
  chmodSync(full, mode);
  return full;
};
const yaml = (content: string, mode = 0o600) => fileIn(".config/cc-orchestrator/config.yaml", content, mode);

async function server(more: Record<string, string> = {}, flags = {}) {
  const all = { ...env, ...more };
  return readServerConfig(all, await openFiles(all, folder), flags);
}

async function configOf(more: Record<string, string> = {}, flags = {}) {
  const reading = await server(more, flags);
  if ("problems" in reading) throw new Error(JSON.stringify(reading.problems));
  return reading;
}

async function problemsOf(more: Record<string, string> = {}, flags = {}) {
  const reading = await server(more, flags);
  return "problems" in reading ? reading.problems : [];
}

describe("the control plane's configuration", () => {
  it("needs an App, its key and a webhook secret; everything else has a default", async () => {
    const { config } = await configOf();
    expect(config).toEqual({
      actionsIssuer: null,
      appId: 12345,
      privateKey: `${pem.trim()}\n`,
      webhookSecret,
      githubApiUrl: "https://api.github.com",
      host: "127.0.0.1",
      port: 8080,
      publicUrl: null,
      publicRepositories: [],
      mostRuns: null,
      clientId: null,
      clientSecret: null,
      people: null,
      admins: [],
      home: join(folder, ".local/state/cc-orchestrator"),
      logLevel: "info",
    });
  });

  it("tells every problem at once, each with what to write instead", async () => {
    const problems = await problemsOf({
      APP_ID: "my-app",
      PRIVATE_KEY: "",
      WEBHOOK_SECRET: "short",
      PORT: "eighty",
      HOST: "0.0.0.0",
      GITHUB_API_URL: "github",
      LOG_LEVEL: "loud",
      CC_ORCHESTRATOR_PUBLIC_REPOSITORIES: "hello world",
    });
    expect(problems.map(({ key }) => key).sort()).toEqual([
      "APP_ID",
      "CC_ORCHESTRATOR_PUBLIC_REPOSITORIES",
      "GITHUB_API_URL",
      "HOST",
      "LOG_LEVEL",
      "PORT",
      "PRIVATE_KEY",
      "WEBHOOK_SECRET",
    ]);
    for (const { sentence, advice } of problems) expect([sentence, advice]).not.toContain("");
  });

  it.each([
    ["not set", "", /anybody could send/],
    ["Probot's example", "development", /everybody knows/],
    ["31 bytes", "x1y2z3a4b5c6d7e8f9g0h1i2j3k4l5m", /31 bytes/],
    ["one letter over and over", "a".repeat(64), /repeats/],
  ])("S01 does not take a webhook secret that is %s", async (_, secret, sentence) => {
    const problems = await problemsOf({ WEBHOOK_SECRET: secret });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ key: "WEBHOOK_SECRET", sentence: expect.stringMatching(sentence) });
    expect(problems[0]?.advice).toContain("openssl rand -hex 32");
  });

  it.each([
    ["as it is", pem],
    ["with \\n written out", pem.replaceAll("\n", "\\n")],
    ["with Windows line ends", pem.replaceAll("\n", "\r\n")],
    ["in base64", Buffer.from(pem).toString("base64")],
  ])("takes a private key %s", async (_, given) => {
    expect((await configOf({ PRIVATE_KEY: given })).config.privateKey).toBe(`${pem.trim()}\n`);
  });

  it.each([
    ["no key", "hello"],
    ["a damaged key", pem.slice(0, 200) + pem.slice(220)],
    [
      "another kind of key",
      generateKeyPairSync("ed25519", {
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
      }).privateKey,
    ],
  ])("refuses %s without quoting it", async (_, given) => {
    const [problem] = await problemsOf({ PRIVATE_KEY: given });
    expect(problem?.key).toBe("PRIVATE_KEY");
    expect(JSON.stringify(problem)).not.toContain(given.slice(30, 60) || "hello");
  });

  it("S47 takes a key file only when nobody else can read it", async () => {
    const path = fileIn("app.pem", pem, 0o640);
    const refused = await problemsOf({ PRIVATE_KEY: "", PRIVATE_KEY_PATH: path });
    expect(refused).toMatchObject([{ key: "PRIVATE_KEY_PATH", advice: `Run: chmod 600 ${path}` }]);
    chmodSync(path, 0o600);
    expect((await configOf({ PRIVATE_KEY: "", PRIVATE_KEY_PATH: path })).config.privateKey).toContain("BEGIN RSA");
    expect(await problemsOf({ PRIVATE_KEY: "", PRIVATE_KEY_PATH: `${path}x` })).toMatchObject([
      { key: "PRIVATE_KEY_PATH", sentence: `There is no file ${path}x.` },
    ]);
  });

  it.each([
    ["127.0.0.1", true],
    ["::1", true],
    ["localhost", true],
    ["0.0.0.0", false],
    ["192.168.1.7", false],
    ["127.0.0.1.example.com", false],
  ])("S30 listens on %s without being asked twice: %s", async (HOST, isFine) => {
    const problems = await problemsOf({ HOST });
    expect(problems.map(({ key }) => key)).toEqual(isFine ? [] : ["HOST"]);
    expect(await problemsOf({ HOST, CC_ORCHESTRATOR_ALLOW_REMOTE: "1" })).toEqual([]);
  });

  it("sends keys only over https or to this machine", async () => {
    expect(await problemsOf({ GITHUB_API_URL: "http://github.example.com/api/v3" })).toMatchObject([
      { key: "GITHUB_API_URL", sentence: expect.stringContaining("in the clear") },
    ]);
    expect((await configOf({ GITHUB_API_URL: "http://127.0.0.1:4000/" })).config.githubApiUrl).toBe(
      "http://127.0.0.1:4000",
    );
    expect(await problemsOf({ GITHUB_API_URL: "https://me:secret@github.example.com" })).toHaveLength(1);
  });

  it("takes flags before the environment, .env and config.yaml, and tells where each value came from", async () => {
    fileIn(".env", "PORT=3\nHOST=localhost\n");
    yaml("log_level: debug\nserver:\n  port: 4\n  host: '::1'\n  public_repositories: [octocat/hello-world]\n");
    const { config, origins } = await configOf({ PORT: "2" }, { port: "1" });
    expect(config).toMatchObject({ port: 1, host: "localhost", logLevel: "debug" });
    expect(config.publicRepositories).toEqual(["octocat/hello-world"]);
    expect(origins).toMatchObject({
      port: "the flag --port",
      host: `HOST in ${join(folder, ".env")}`,
      appId: "APP_ID in the environment",
      logLevel: `log_level in ${join(folder, ".config/cc-orchestrator/config.yaml")}`,
      githubApiUrl: "the default",
    });
    expect((await configOf({ PORT: "2" })).config.port).toBe(2);
    expect((await configOf()).config.port).toBe(3);
  });

  it("names the setting that an unknown one was probably meant to be", async () => {
    yaml("server:\n  prot: 80\nrunner:\n  slots: 3\nspeed: fast\n");
    const problems = await problemsOf();
    expect(problems).toMatchObject([
      { key: expect.stringMatching(/^server\.prot in /), advice: "Did you mean server.port?" },
      { key: expect.stringMatching(/^speed in /), advice: expect.stringMatching(/^The settings are: /) },
    ]);
  });

  it("quotes what is no YAML", async () => {
    yaml("server:\n  port: [80\n");
    expect((await problemsOf()).map(({ sentence }) => sentence)).toEqual([expect.stringContaining("not valid YAML")]);
  });

  it("misses a config.yaml only when it was named", async () => {
    expect(await problemsOf({ CC_ORCHESTRATOR_CONFIG: join(folder, "none.yaml") })).toMatchObject([
      { key: "CC_ORCHESTRATOR_CONFIG" },
    ]);
  });

  it("takes secrets only from files that nobody else can read", async () => {
    fileIn(".env", `WEBHOOK_SECRET=${webhookSecret}\nPORT=81\n`, 0o644);
    const problems = await problemsOf({ WEBHOOK_SECRET: "" });
    expect(problems).toMatchObject([{ key: "WEBHOOK_SECRET", advice: expect.stringContaining("chmod 600") }]);
    chmodSync(join(folder, ".env"), 0o600);
    expect((await configOf({ WEBHOOK_SECRET: "" })).config.webhookSecret).toBe(webhookSecret);
  });

  it("does not read a file that others can write", async () => {
    fileIn(".env", "PORT=81\n", 0o666);
    expect(await problemsOf()).toMatchObject([
      { key: join(folder, ".env"), sentence: expect.stringContaining("write") },
    ]);
  });
});

describe("S53 the folder of state", () => {
  const problemFor = async (home: string) => (await problemsOf({ CC_ORCHESTRATOR_HOME: home }))[0];

  it("is made for its owner alone, whatever the umask", () => {
    const before = process.umask(0);
    try {
      createHome(join(folder, "a/b"));
    } finally {
      process.umask(before);
    }
    for (const path of ["a", "a/b"]) expect(statSync(join(folder, path)).mode & 0o777).toBe(0o700);
  });

  it("is refused when others can look into it", async () => {
    const home = join(folder, "open");
    mkdirSync(home, { mode: 0o755 });
    chmodSync(home, 0o755);
    expect(await problemFor(home)).toMatchObject({ key: "CC_ORCHESTRATOR_HOME", advice: `Run: chmod 700 ${home}` });
  });

  it("is refused when it belongs to somebody else", async () => {
    const home = join(folder, "theirs");
    mkdirSync(home, { mode: 0o700 });
    const all = { ...env, CC_ORCHESTRATOR_HOME: home };
    const files = await openFiles(all, null);
    const reading = readServerConfig(all, { ...files, uid: (files.uid ?? 0) + 1 });
    expect("problems" in reading && reading.problems[0]?.sentence).toContain("another user");
  });

  it("is refused inside a git repository, also through a symbolic link", async () => {
    mkdirSync(join(folder, "repo/.git"), { recursive: true });
    symlinkSync(join(folder, "repo"), join(folder, "link"));
    expect((await problemFor(join(folder, "repo/state")))?.sentence).toContain("inside the git repository");
    expect((await problemFor(join(folder, "link/state")))?.sentence).toContain("inside the git repository");
  });

  it("is refused when it is a file", async () => {
    expect((await problemFor(fileIn("file", "")))?.sentence).toContain("not a folder");
  });
});
