import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { openHome } from "./world.ts";

const home = openHome();
const folder = join(home.folder, ".config/cc-orchestrator");
const file = join(folder, "profiles.json");
let work: StandIn;
let other: StandIn;
beforeAll(async () => {
  work = await openStandIn({ listTasks: { tasks: [] }, listRunners: { runners: [] } });
  other = await openStandIn({ listTasks: { tasks: [] } });
  await home.run(["config", "set", "log_level", "info"]);
});
afterAll(async () => {
  await Promise.all([work.close(), other.close()]);
  home.close();
});
beforeEach(() => {
  const profiles = {
    work: { server: work.url, token: operatorToken, login: "ada" },
    spare: { server: other.url, token: "token-of-the-other", login: null },
  };
  writeFileSync(file, JSON.stringify({ use: "work", profiles }), { mode: 0o600 });
  work.asked.length = 0;
  other.asked.length = 0;
});

describe("profile list, use and remove", () => {
  it("lists them without their tokens, for people and programs", async () => {
    const { code, out, err } = await home.run(["profile", "list"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["", "PROFILE", "SERVER", "AS"],
      ["", "spare", other.url, "the operator"],
      ["*", "work", work.url, "ada"],
      [""],
    ]);
    const json = await home.run(["profile", "ls", "--json"]);
    expect(JSON.parse(json.out).profiles[1]).toEqual({ name: "work", server: work.url, login: "ada", inUse: true });
    expect(out + json.out).not.toMatch(/token-of/);
    rmSync(file);
    expect(await home.run(["profile", "list"])).toMatchObject({
      code: 0,
      out: "",
      err: expect.stringMatching(/not logged in/),
    });
  });

  it("use decides whom later commands talk to, --profile and CC_ORCHESTRATOR_PROFILE for one of them", async () => {
    expect(await home.run(["task", "list"])).toMatchObject({ code: 0 });
    expect(work.asked).toMatchObject([{ name: "listTasks", token: operatorToken }]);
    expect(await home.run(["profile", "use", "spare"])).toMatchObject({ code: 0, out: "spare\n" });
    await home.run(["task", "list"]);
    expect(other.asked).toMatchObject([{ token: "token-of-the-other" }]);
    expect(await home.run(["task", "list", "--profile", "work"])).toMatchObject({ code: 0 });
    expect(await home.run(["task", "list"], { CC_ORCHESTRATOR_PROFILE: "work" })).toMatchObject({ code: 0 });
    expect(work.asked).toHaveLength(3);
    expect(await home.run(["profile", "use", "local"])).toMatchObject({ code: 0 });
    expect(await home.run(["task", "list"])).toMatchObject({ code: 5, err: expect.stringContaining(":8080") });
  });

  it("remove asks, and forgets the token", async () => {
    expect(await home.run(["profile", "remove", "work"])).toMatchObject({ code: 2, out: "" });
    expect(await home.run(["profile", "rm", "work", "--yes"])).toMatchObject({ code: 0, out: "work\n" });
    expect(readFileSync(file, "utf8")).not.toContain(operatorToken);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ use: null, profiles: { spare: {} } });
  });

  it.each([["use"], ["remove"]])("3 for one that is not there: %s", async (word) => {
    const ended = await home.run(["profile", word, "nobody", "--yes"].slice(0, word === "use" ? 3 : 4));
    expect(ended).toMatchObject({ code: 3, out: "", err: expect.stringMatching(/There is no profile nobody/) });
  });

  it("78 for a profile that is not there, a damaged file, and one that others can read (S46)", async () => {
    const run = () => home.run(["task", "list"]);
    expect(await home.run(["task", "list", "--profile", "nobody"])).toMatchObject({
      code: 78,
      err: expect.stringMatching(/login --profile/),
    });
    writeFileSync(file, "{");
    expect(await run()).toMatchObject({ code: 78, err: expect.stringMatching(/damaged/) });
    chmodSync(file, 0o644);
    expect(await run()).toMatchObject({ code: 78, err: expect.stringMatching(/chmod 600/) });
    rmSync(file);
    expect(work.asked).toEqual([]);
  });
});

describe("a token that is kept (S46)", () => {
  it("goes to the server that it was kept for, and to no other", async () => {
    await home.run(["task", "list", "--server", other.url]);
    expect(other.asked).toMatchObject([{ token: "token-of-the-other" }]);
    writeFileSync(
      file,
      JSON.stringify({ use: "work", profiles: { work: { server: work.url, token: operatorToken } } }),
    );
    await home.run(["task", "list", "--server", other.url]);
    expect(other.asked[1]?.token).toBeNull();
    await home.run(["task", "list"], { CC_ORCHESTRATOR_SERVER: other.url });
    expect(other.asked[2]?.token).toBeNull();
  });

  it("so does one in config.yaml", async () => {
    rmSync(file);
    const config = join(folder, "config.yaml");
    writeFileSync(config, `client: { server: "${work.url}", token: ${operatorToken} }\n`, { mode: 0o600 });
    await home.run(["task", "list"]);
    expect(work.asked).toMatchObject([{ token: operatorToken }]);
    await home.run(["task", "list", "--server", other.url]);
    expect(other.asked).toMatchObject([{ token: null }]);
    rmSync(config);
  });
});

it("login --profile keeps one under a name of its own, 2 for a name that cannot be", async () => {
  for (const name of ["local", "../up"])
    expect(await home.run(["login", "--profile", name, "--server", work.url])).toMatchObject({ code: 2, out: "" });
});

it("without a profile it is the control plane of this machine, whichever its port, but never another machine's address", async () => {
  rmSync(file);
  mkdirSync(home.state, { recursive: true, mode: 0o700 });
  writeFileSync(join(home.state, "operator.token"), `${operatorToken}\n`, { mode: 0o600 });
  const left = join(home.state, "web.url");
  writeFileSync(left, `${work.url}\n`, { mode: 0o600 });
  expect(await home.run(["task", "list"])).toMatchObject({ code: 0 });
  expect(work.asked).toMatchObject([{ token: operatorToken }]);
  for (const away of ["https://elsewhere.example.com", "nonsense"]) {
    writeFileSync(left, away);
    expect(await home.run(["task", "list"])).toMatchObject({ code: 5, err: expect.stringContaining(":8080") });
  }
});
