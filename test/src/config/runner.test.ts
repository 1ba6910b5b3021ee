import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAccess } from "../../../src/config/access.ts";
import { openFiles } from "../../../src/config/files.ts";
import { createHome } from "../../../src/config/home.ts";
import { registrationPath, writeSecretFile } from "../../../src/config/registration.ts";
import { readRunnerConfig, readRunnerSettings } from "../../../src/config/runner.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cco-config-"));
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

describe("a runner's configuration", () => {
  const runner = async (more: Record<string, string> = {}, flags = {}) => {
    const all = { HOME: folder, ...more };
    return readRunnerSettings(all, await openFiles(all, folder), flags);
  };

  it("needs nothing: a name from the machine, the person's own login", async () => {
    const reading = await runner();
    expect(reading).toMatchObject({
      config: {
        server: null,
        labels: [],
        repositories: [],
        claude: "claude",
        modelKeyFile: null,
        modelUrl: null,
        includeFolder: null,
        limits: {},
        floors: {},
        home: join(folder, ".local/state/cc-orchestrator/runner"),
      },
      modelKey: null,
    });
  });

  it("takes bounds from config.yaml and from the environment, which counts more; a bad one is told with its place", async () => {
    const path = join(folder, "bounds.yaml");
    writeFileSync(
      path,
      "runner:\n  wip_minutes: 2\n  limits: { memory_mb: 100, idle_minutes: 7 }\n  floors: { disk_mb: 0 }\n",
    );
    const more = { CC_ORCHESTRATOR_CONFIG: path, CC_ORCHESTRATOR_LIMIT_MEMORY_MB: "200" };
    expect(await runner(more)).toMatchObject({
      config: { wipMinutes: 2, limits: { memoryBytes: 200 * 1024 ** 2, idleMinutes: 7 }, floors: { diskBytes: 0 } },
    });
    writeFileSync(path, "runner:\n  limits: { memory_mb: lots, memori_mb: 1 }\n");
    expect(await runner({ CC_ORCHESTRATOR_CONFIG: path })).toMatchObject({
      problems: [
        { key: `runner.limits.memori_mb in ${path}`, advice: "Did you mean runner.limits.memory_mb?" },
        { key: `runner.limits.memory_mb in ${path}` },
      ],
    });
  });

  it("S20 keeps a model key in a file of its own, outside of the configuration", async () => {
    const reading = await runner({ ANTHROPIC_API_KEY: "sk-ant-0123456789" });
    if ("problems" in reading) throw new Error("problems");
    expect(reading.modelKey).toBe("sk-ant-0123456789");
    expect(reading.config.modelKeyFile).toBe(join(reading.config.home, "model.key"));
    expect(JSON.stringify(reading.config)).not.toContain("sk-ant-0123456789");
  });

  it("uses a key file that is private already", async () => {
    const path = fileIn("key", "sk-ant-0123456789\n", 0o644);
    expect(await runner({ ANTHROPIC_API_KEY_PATH: path })).toMatchObject({
      problems: [{ key: "ANTHROPIC_API_KEY_PATH" }],
    });
    chmodSync(path, 0o600);
    expect(await runner({ ANTHROPIC_API_KEY_PATH: path })).toMatchObject({
      config: { modelKeyFile: path },
      modelKey: null,
    });
  });

  it("reads lists from flags, words and YAML", async () => {
    yaml("runner:\n  labels: [gpu, linux]\n  repositories:\n    - octocat/a\n");
    expect(await runner()).toMatchObject({ config: { labels: ["gpu", "linux"], repositories: ["octocat/a"] } });
    expect(await runner({ CC_ORCHESTRATOR_RUNNER_LABELS: "a, b c" })).toMatchObject({
      config: { labels: ["a", "b", "c"] },
    });
    expect(await runner({}, { repository: ["octocat/b", "octocat/c"] })).toMatchObject({
      config: { repositories: ["octocat/b", "octocat/c"] },
    });
    expect(await runner({ CC_ORCHESTRATOR_RUNNER_LABELS: "ok,$(id)" })).toMatchObject({
      problems: [{ key: "CC_ORCHESTRATOR_RUNNER_LABELS", sentence: expect.stringContaining('"$(id)"') }],
    });
  });

  it("is complete once it is registered, and its credential goes to that server only", async () => {
    const all = { HOME: folder, CC_ORCHESTRATOR_SERVER: "https://elsewhere.example.com" };
    const unregistered = readRunnerConfig(all, await openFiles(all, folder));
    expect(unregistered).toMatchObject({ problems: [{ advice: expect.stringContaining("runner register") }] });
    const home = join(folder, ".local/state/cc-orchestrator/runner");
    createHome(home);
    const registration = { server: "https://cco.example.com", runnerId: 7, credential: "c".repeat(40) };
    const rest = { name: "box", labels: ["gpu"], slots: 3, repositories: [] };
    writeSecretFile(registrationPath(home), JSON.stringify({ ...registration, ...rest }));
    expect(statSync(registrationPath(home)).mode & 0o777).toBe(0o600);
    expect(readRunnerConfig(all, await openFiles(all, folder))).toMatchObject({ config: { ...registration, ...rest } });
  });

  it("says what to do about a damaged registration", async () => {
    const home = join(folder, ".local/state/cc-orchestrator/runner");
    createHome(home);
    createHome(join(home, ".."));
    writeSecretFile(registrationPath(home), '{"server":');
    expect(await runner()).toMatchObject({ problems: [{ advice: expect.stringContaining("Register again") }] });
  });
});

describe("whom the command line talks to", () => {
  const access = async (more: Record<string, string> = {}, flags = {}) => {
    const all = { HOME: folder, ...more };
    return readAccess(all, await openFiles(all, null), flags);
  };
  const home = () => join(folder, ".local/state/cc-orchestrator");

  it("is the server on this machine, with the token that it left", async () => {
    createHome(home());
    writeSecretFile(join(home(), "operator.token"), "local-token\n");
    expect(await access()).toEqual({ server: "http://127.0.0.1:8080", token: "local-token" });
  });

  it("never gives the local token to another machine", async () => {
    createHome(home());
    writeSecretFile(join(home(), "operator.token"), "local-token\n");
    expect(await access({}, { server: "https://cco.example.com" })).toEqual({
      server: "https://cco.example.com",
      token: null,
    });
    expect(
      await access({ CC_ORCHESTRATOR_SERVER: "https://cco.example.com", CC_ORCHESTRATOR_TOKEN: "t" }),
    ).toMatchObject({
      token: "t",
    });
    expect(await access({ CC_ORCHESTRATOR_SERVER: "http://cco.example.com" })).toMatchObject({
      problems: [{ key: "CC_ORCHESTRATOR_SERVER", sentence: expect.stringContaining("in the clear") }],
    });
  });
});
