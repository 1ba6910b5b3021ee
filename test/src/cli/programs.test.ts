import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openHome, type Started, startInside, startProgram } from "./world.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});

const claude = join(import.meta.dirname, "../../../node_modules/.bin/claude");
const home = openHome();
const started: Started[] = [];

beforeAll(() => {
  mkdirSync(home.folder, { recursive: true });
  writeFileSync(join(home.folder, ".env"), `PRIVATE_KEY=${privateKey.replaceAll("\n", "\\n")}\n`, { mode: 0o600 });
});
afterEach(async () => {
  for (const one of started.splice(0)) {
    one.kill("SIGTERM");
    await one.ended;
  }
});
afterAll(() => home.close());

/** A long-lived program as a process; GitHub is where nobody listens. */
function start(args: readonly string[], how: typeof startInside = startProgram): Started {
  const port = args.includes("--port") ? [] : ["--port", "0"];
  const one = how(home.folder, [...args, ...port], {
    HOME: home.folder,
    APP_ID: "1",
    WEBHOOK_SECRET: "0123456789abcdef0123456789abcdef",
    GITHUB_API_URL: "http://127.0.0.1:9",
  });
  started.push(one);
  return one;
}

const cco = async (url: string, ...args: string[]) => home.run([...args, "--server", url]);

describe("the control plane by its name", () => {
  it("prints where it listens, lets its operator in without more ado, and ends well when told to", async () => {
    const { kill, ended, url } = start(["web", "start"]);
    const address = await url;
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const token = statSync(join(home.state, "operator.token"));
    expect([token.mode & 0o777, statSync(home.state).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(await cco(address, "status")).toMatchObject({ code: 0, out: expect.stringContaining("no runner") });
    expect(await cco(address, "task", "show", "TASK-1")).toMatchObject({ code: 3 });
    expect(await cco(address, "task", "create", "--repository", "a/b", "--issue", "1")).toMatchObject({ code: 1 });
    expect(await home.run(["status", "--server", address], { CC_ORCHESTRATOR_TOKEN: "wrong" })).toMatchObject({
      code: 4,
    });
    kill("SIGTERM");
    expect((await ended).code).toBe(0);
    expect(await cco(address, "status")).toMatchObject({ code: 5 });
  });

  it("gives a token that registers one runner, once", async () => {
    const { url } = start(["serve"], startInside);
    const address = await url;
    const token = (await cco(address, "runner", "token")).out.trim();
    const register = () => cco(address, "runner", "register", "--token", token, "--name", "box");
    expect(await register()).toMatchObject({ code: 0, out: "box\n" });
    expect((await register()).code).not.toBe(0);
    const { runners } = JSON.parse((await cco(address, "runner", "list", "--json")).out);
    expect(runners).toMatchObject([{ name: "box", state: "offline", busy: 0 }]);
  });

  it("says which port is taken and ends, though half of it was up already", async () => {
    const address = new URL(await start(["web", "start"]).url);
    const second = start([
      "web",
      "start",
      "--log-level",
      "warn",
      "--home",
      join(home.folder, "second"),
      "--port",
      address.port,
    ]);
    await expect(second.url).rejects.toThrow();
    expect(await second.ended).toMatchObject({
      code: 1,
      err: expect.stringContaining(`port ${address.port} of 127.0.0.1`),
    });
  });

  it("says who uses its state", async () => {
    await start(["web", "start"]).url;
    const second = start(["web", "start"]);
    await expect(second.url).rejects.toThrow();
    expect(await second.ended).toMatchObject({ code: 1, err: expect.stringMatching(/^Another server .* is using/m) });
  });
});

describe("a runner by its name", () => {
  it("ends with 4 when the server does not know it", async () => {
    const { url } = start(["web", "start"]);
    const address = await url;
    const path = join(home.state, "runner/registration.json");
    mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
    const credential = "credential-of-nobody-that-is-long-enough";
    const registration = {
      server: address,
      runnerId: 1,
      credential,
      name: "box",
      labels: [],
      slots: 1,
      repositories: [],
    };
    writeFileSync(path, JSON.stringify(registration), { mode: 0o600 });
    const { code, err } = await home.run(["runner", "start", "--claude", claude]);
    expect(err).toContain("runner register");
    expect(code).toBe(4);
    expect(err).not.toContain(credential);
  });
});

describe("both on one machine", () => {
  it("registers the runner by itself, once for all starts, and ends both when told to", async () => {
    for (const _ of ["first", "second"]) {
      const { kill, ended, url } = start(["up", "--claude", claude, "--name", "local"]);
      const address = await url;
      await expect
        .poll(async () => JSON.parse((await cco(address, "runner", "list", "--json")).out).runners, { timeout: 10_000 })
        .toContainEqual(expect.objectContaining({ name: "local", state: "online" }));
      const { runners } = JSON.parse((await cco(address, "runner", "list", "--json")).out);
      expect(runners.filter(({ name }: { name: string }) => name === "local")).toHaveLength(1);
      kill("SIGINT");
      expect((await ended).code).toBe(0);
    }
  });

  it("says what to do when Claude Code is missing", async () => {
    const { ended, url } = start(["up", "--claude", join(home.folder, "none")], startInside);
    await expect(url).rejects.toThrow();
    const { code, err } = await ended;
    expect(code).toBe(1);
    expect(err).not.toContain("    at ");
    expect(err).toMatch(/claude/i);
  });
});
