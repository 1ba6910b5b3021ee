import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHome } from "./world.ts";

let home: ReturnType<typeof openHome>;
beforeEach(() => {
  home = openHome();
});
afterEach(() => home.close());

const pathOf = () => join(home.folder, ".config/cc-orchestrator/config.yaml");
function write(text: string, mode = 0o600): void {
  mkdirSync(dirname(pathOf()), { recursive: true });
  writeFileSync(pathOf(), text, { mode });
}
const secret = "0123456789abcdef0123456789abcdef";

describe("config show", () => {
  it("shows what holds, the default or what was written", async () => {
    write("server:\n  port: 9090\nrunner:\n  labels: [linux, gpu]\n");
    const { code, out, err } = await home.run(["config", "show"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^server\.port +9090$/m);
    expect(out).toMatch(/^server\.host +127\.0\.0\.1$/m);
    expect(out).toMatch(/^runner\.labels +linux, gpu$/m);
    expect(out).not.toContain("PRIVATE_KEY");
  });

  it("shows where each value comes from", async () => {
    write("server:\n  port: 9090\n");
    const { out } = await home.run(["config", "show", "--origin"], { PORT: "7070", LOG_LEVEL: "debug" });
    expect(out).toMatch(/^server\.port +7070 +PORT in the environment +PORT$/m);
    expect(out).toMatch(/^log_level +debug +LOG_LEVEL in the environment +LOG_LEVEL$/m);
    expect(out).toMatch(/^server\.host +127\.0\.0\.1 +the default +HOST$/m);
    expect(out).toMatch(/^PRIVATE_KEY +- +not set +PRIVATE_KEY$/m);
    const json = JSON.parse((await home.run(["config", "show", "--json"], { PORT: "7070" })).out);
    expect(json.path).toBe(pathOf());
    expect(json.settings).toContainEqual({
      name: "server.port",
      value: 7070,
      origin: "PORT in the environment",
      variables: ["PORT"],
      isSecret: false,
    });
  });

  it("S51 never shows a secret, wherever it stands", async () => {
    write(`server:\n  webhook_secret: ${secret}\nclient:\n  token: ${secret}\n`);
    const env = { ANTHROPIC_API_KEY: `sk-ant-${secret}`, PRIVATE_KEY: secret };
    for (const flags of [[], ["--origin"], ["--json"]]) {
      const { out, err } = await home.run(["config", "show", ...flags], env);
      expect(out + err).not.toContain(secret);
      expect(out).toMatch(/webhook_secret[\s\S]{1,60}set/);
    }
    expect((await home.run(["config", "validate"], env)).err).not.toContain(secret);
  });

  it("fits a terminal of 60 columns", async () => {
    const { out } = await home.run(["config", "show", "--origin"], { COLUMNS: "60" });
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
  });
});

describe("config path", () => {
  it("prints where the file is looked for, and says when there is none", async () => {
    expect(await home.run(["config", "path"])).toMatchObject({
      code: 0,
      out: `${pathOf()}\n`,
      err: expect.stringContaining("no such file"),
    });
    write("{}\n");
    expect(await home.run(["config", "path"])).toEqual({ code: 0, out: `${pathOf()}\n`, err: "" });
    expect(JSON.parse((await home.run(["config", "path", "--json"])).out)).toEqual({ path: pathOf(), exists: true });
  });
});

describe("config validate", () => {
  it("is content with nothing, and with what is right", async () => {
    expect(await home.run(["config", "validate"])).toMatchObject({ code: 0, out: "The environment is fine.\n" });
    write("runner:\n  slots: 2\n");
    expect(await home.run(["config", "validate"])).toMatchObject({ code: 0, out: `${pathOf()} is fine.\n` });
  });

  it("tells every mistake at once with what to write instead, and ends with 78", async () => {
    write("server:\n  prot: 1\nrunner:\n  slots: many\n");
    const { code, out, err } = await home.run(["config", "validate"], { PORT: "99999" });
    expect({ code, out }).toEqual({ code: 78, out: "" });
    expect(err).toMatch(/server\.prot[\s\S]*Did you mean server\.port\?/);
    expect(err).toMatch(/runner\.slots[\s\S]*whole number from 1 to 100/);
    expect(err).toMatch(/PORT[\s\S]*from 0 to 65535/);
    const json = await home.run(["config", "validate", "--json"], { PORT: "99999" });
    expect(json.code).toBe(78);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, problems: [{}, {}, {}] });
  });

  it("names what a server lacks only where one is being set up", async () => {
    const { code, err } = await home.run(["config", "validate"], { APP_ID: "7" });
    expect(code).toBe(78);
    expect(err).toContain("WEBHOOK_SECRET");
  });

  it("S51 refuses a secret in a file that others can read", async () => {
    write(`server:\n  webhook_secret: ${secret}\n`, 0o644);
    const { code, err } = await home.run(["config", "validate"], { APP_ID: "7" });
    expect(code).toBe(78);
    expect(err).toContain("chmod 600");
    expect(err).not.toContain(secret);
  });
});

describe("config get and set", () => {
  it("writes a setting, keeps the rest of the file, and reads it back", async () => {
    const file = pathOf();
    expect(await home.run(["config", "set", "server.port", "9090"])).toMatchObject({ code: 0 });
    writeFileSync(file, `# mine\n${readFileSync(file, "utf8")}`, { mode: 0o600 });
    await home.run(["config", "set", "CC_ORCHESTRATOR_RUNNER_SLOTS", "3"]);
    expect(readFileSync(file, "utf8")).toMatch(
      /^# mine\n# yaml-language-server: \$schema=\S+\/config\.schema\.json\n\nserver:\n {2}port: 9090\nrunner:\n {2}slots: 3\n$/,
    );
    expect((await home.run(["config", "get", "server.port"])).out).toBe("9090\n");
    expect(JSON.parse((await home.run(["config", "get", "PORT", "--json"])).out)).toMatchObject({ value: 9090 });
    await home.run(["config", "set", "server.port", "--unset"]);
    expect((await home.run(["config", "get", "server.port"])).out).toBe("8080\n");
  });
});
