import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { openTerminal } from "./terminal.ts";
import { openHome } from "./world.ts";

const program = join(import.meta.dirname, "../../../src/cli/main.ts");
const home = openHome();
const file = join(home.folder, ".config/cc-orchestrator/profiles.json");
const env = { HOME: home.folder, PATH: process.env.PATH ?? "" };
let server: StandIn;
beforeAll(async () => {
  server = await openStandIn({ listRunners: { runners: [] }, listTasks: { tasks: [] } });
});
afterAll(async () => {
  await server.close();
  home.close();
});

async function login(input: string, ...args: string[]) {
  const all = [program, "login", "--server", server.url, ...args];
  const ended = await execa(process.execPath, all, { env, extendEnv: false, reject: false, input, timeout: 20_000 });
  return { code: ended.exitCode, out: ended.stdout, err: ended.stderr };
}

describe("login", () => {
  it("4 for a token that the server does not know, 2 without one, and nothing is written", async () => {
    expect(await login("wrong\n", "--with-token")).toMatchObject({ code: 4, out: "" });
    const without = await login("", "--with-token");
    expect(without).toMatchObject({ code: 2, out: "" });
    expect(without.err).toContain("There is no token.");
    expect(await login("", "--server", "http://127.0.0.1:9", "--with-token")).toMatchObject({ code: 2 });
    expect(() => statSync(file)).toThrow();
  });

  it("keeps server and token where only the person can read them, and commands use them (S01)", async () => {
    const { code, out, err } = await login(`${operatorToken}\n`, "--with-token");
    expect({ code, out }).toEqual({ code: 0, out: `logged in  ${server.url}` });
    expect(out + err).not.toContain(operatorToken);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await home.run(["task", "list"])).toMatchObject({ code: 0 });
    expect(server.asked.at(-1)?.token).toBe(operatorToken);
    const json = await login(operatorToken, "--with-token", "--json");
    expect(JSON.parse(json.out)).toEqual({
      profile: new URL(server.url).host.replace(":", "-"),
      server: server.url,
      login: null,
      path: file,
    });
  });

  it("asks for the token in a terminal without showing it", async () => {
    const command = `'${process.execPath}' '${program}' login --server ${server.url}`;
    const terminal = await openTerminal(command, { folder: home.folder, env });
    try {
      const soon = { timeout: 10_000, interval: 50 };
      await expect.poll(() => terminal.screen(), soon).toContain("Token for");
      await terminal.type(operatorToken);
      await expect.poll(() => terminal.screen(), soon).toContain("ended 0");
      expect(await terminal.screen()).not.toContain(operatorToken);
      expect(readFileSync(file, "utf8")).toContain(operatorToken);
    } finally {
      await terminal.close();
    }
  });
});
