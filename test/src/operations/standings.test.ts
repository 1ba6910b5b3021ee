import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { admit } from "#operations/admit.ts";
import { openStandings, type PeopleSettings, type Standings } from "#operations/standings.ts";
import type { Role } from "#protocol/policy.ts";
import { type Bench, hour, minute, openBench } from "./bench.ts";
import { labelled, type QuietGitHub, quietGitHub, shop } from "./quiet-github.ts";

let bench: Bench;
let quiet: QuietGitHub;
let isAway = false;
beforeEach(async () => {
  quiet = quietGitHub();
  isAway = false;
  const github = new Proxy(quiet.github, {
    get: (target, name, receiver) => {
      if (isAway && name === "roleOf") return () => Promise.reject(new Error("GitHub is away"));
      if (name === "repositories") return async () => [{ ...shop, pushedAt: 0 }];
      return Reflect.get(target, name, receiver);
    },
  });
  bench = openBench(github);
  acceptDelivery(bench.world, labelled(1, bench.world.clock()));
  await bench.workDeliveries();
  quiet.asked = [];
});
afterEach(() => bench.close());

const open = (of: Partial<PeopleSettings> = {}): Standings =>
  openStandings(bench.world, { people: null, admins: [], ...of });
const asks = () => quiet.asked.filter((name) => name === "roleOf").length;
const seen = async (standings: Standings, login = "ada") => (await standings.of(login)).sees(shop.name);

describe("what people see", () => {
  it("is asked of GitHub once in five minutes, whoever looks how often", async () => {
    const standings = open();
    for (let n = 0; n < 5; n += 1) await Promise.all([seen(standings), seen(standings, "ADA")]);
    expect(asks()).toBe(1);
    bench.pass(6 * minute);
    quiet.role = "none";
    expect(await seen(standings)).toBe(false);
    expect(asks()).toBe(2);
  });

  it("stays for an hour while GitHub is away, and nobody new sees anything", async () => {
    const standings = open();
    expect(await seen(standings)).toBe(true);
    isAway = true;
    bench.pass(30 * minute);
    expect(await seen(standings)).toBe(true);
    await expect(standings.of("eve")).rejects.toMatchObject({ problem: { status: 503, code: "roles_unknown" } });
    bench.pass(hour);
    await expect(standings.of("ada")).rejects.toMatchObject({ problem: { status: 503 } });
  });

  it.each<[string[] | null, string, boolean]>([
    [null, "ada", true],
    [["ada"], "ADA", true],
    [["ada"], "eve", false],
    [["acme/*"], "eve", true],
    [["acme/shop"], "eve", true],
    [["acme/other", "other/*"], "eve", false],
  ])("with %j as those whom the operator lets in, %s: %s", async (people, login, isIn) => {
    const standings = open({ people });
    expect([await standings.maySignIn(login), await seen(standings, login)]).toEqual([isIn, isIn]);
  });

  it("is everything for an administrator, of whom GitHub is not asked", async () => {
    const standings = open({ people: ["nobody"], admins: ["Root"] });
    isAway = true;
    expect(await standings.of("root")).toMatchObject({ isAdmin: true });
    expect(await standings.maySignIn("root")).toBe(true);
  });
});

describe("what people do", () => {
  const stop = (standings: Standings) =>
    admit(bench.world, standings, { route: "cancelTask", login: "ada", params: { task: "TASK-1" }, body: {} });

  it("is asked of GitHub each time, and refused when it does not answer", async () => {
    const standings = open();
    await seen(standings);
    await stop(standings);
    await stop(standings);
    expect(asks()).toBe(3);
    isAway = true;
    await expect(stop(standings)).rejects.toMatchObject({ problem: { status: 503, code: "roles_unknown" } });
  });

  it.each<[Role, boolean]>([
    ["read", false],
    ["triage", false],
    ["write", true],
    ["admin", true],
  ])("with the role %s, stopping: %s", async (role, may) => {
    quiet.role = role;
    const outcome = await stop(open()).then(
      () => true,
      () => false,
    );
    expect(outcome).toBe(may);
  });
});
