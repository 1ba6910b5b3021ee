import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mostAsked } from "#domain/commands/refusal.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { readPolicy } from "#operations/read-policy.ts";
import type { Role } from "#protocol/policy.ts";
import { type Bench, minute, openBench } from "./bench.ts";
import { labelled, type QuietGitHub, quietGitHub, shop } from "./quiet-github.ts";

let bench: Bench;
let quiet: QuietGitHub;
let comments = 0;
beforeEach(() => {
  quiet = quietGitHub();
  bench = openBench(quiet.github);
});
afterEach(() => bench.close());

/** Comments on issue 1; gives our reactions. */
async function say(body: string, of: { by?: string; isBot?: boolean } = {}): Promise<string[]> {
  comments += 1;
  quiet.reactions = [];
  acceptDelivery(bench.world, {
    guid: `comment-${comments}`,
    hookId: "1",
    event: "issue_comment",
    action: "created",
    receivedAt: bench.world.clock(),
    happening: {
      kind: "commented",
      repository: shop,
      thread: 1,
      isPullRequest: false,
      issue: { title: "Greet in French", body: "Say bonjour." },
      comment: String(comments),
      body,
      actor: { login: of.by ?? "ada", isBot: of.isBot ?? false },
      at: bench.world.clock(),
    },
  });
  await bench.workDeliveries();
  return quiet.reactions;
}

async function policy(text: string): Promise<void> {
  quiet.policy = text;
  await readPolicy(bench.world, shop);
}

const task = () => bench.store.tasks.byIssue(shop.id, 1);
const reply = () => bench.store.replies.unwritten()[0]?.body ?? "";

describe("roles for single commands", () => {
  const roles: [Role, string, boolean][] = [
    ["read", "say Use tabs.", false],
    ["triage", "say Use tabs.", true],
    ["triage", "priority high", false],
    ["write", "priority high", true],
    ["write", "budget 20", false],
    ["maintain", "budget 20", false],
    ["admin", "budget 20", true],
    ["none", "stop", true],
    ["triage", "status", false],
    ["write", "status", true],
    ["none", "why", true],
  ];
  test.each(roles)("%s writes %s: %s", async (role, command, may) => {
    await policy("roles:\n  say: triage\n  budget: admin\n  stop: none\n  status: write\n");
    quiet.role = "write";
    await say("/claude run");
    quiet.role = role;
    expect(await say(`/claude ${command}`, { by: "eve" })).toEqual(["eyes", may ? "+1" : "-1"]);
    if (!may) expect(reply()).toMatch(/needs the role (?:triage|write|admin); `?eve`? has the role/);
  });

  test("a role for `run` does not change who may start by the label, and help tells each", async () => {
    await policy("role: maintain\nroles:\n  run: triage\n");
    quiet.role = "triage";
    acceptDelivery(bench.world, labelled(1, bench.world.clock()));
    await bench.workDeliveries();
    expect(task()).toBeNull();
    await say("/claude help");
    expect(reply()).toMatch(/\| `\/claude run` +\| .* \| triage +\|/);
    expect(reply()).toMatch(/\| `\/claude stop` +\| .* \| maintain +\|/);
    expect(await say("/claude run")).toEqual(["eyes", "+1"]);
    expect(task()).not.toBeNull();
  });
});

describe("S09: bots", () => {
  test("are not heard, and cost no call", async () => {
    await policy("label: claude\n");
    quiet.asked = [];
    expect(await say("/claude run", { by: "renovate[bot]", isBot: true })).toEqual([]);
    expect(quiet.asked).toEqual([]);
    acceptDelivery(bench.world, {
      ...labelled(1, bench.world.clock()),
      happening: {
        ...labelled(1, bench.world.clock()).happening,
        actor: { login: "renovate[bot]", isBot: true },
      },
    });
    await bench.workDeliveries();
    expect(task()).toBeNull();
    expect(bench.store.notices.unwritten()[0]?.body).toContain("bots do not start work here");
  });

  test.each(["renovate", "Renovate[bot]"])("that the policy names as %s may, the app itself never", async (name) => {
    await policy(`bots: ["${name}", cc-orchestrator]\n`);
    expect(await say("/claude run", { by: "renovate[bot]", isBot: true })).toEqual(["eyes", "+1"]);
    expect(task()?.requestedBy).toBe("renovate[bot]");
    expect(await say("/claude stop", { by: "cc-orchestrator[bot]", isBot: true })).toEqual([]);
    expect(await say("/claude stop", { by: "other[bot]", isBot: true })).toEqual([]);
  });

  test("that are named have the role of those who may start, and no higher one", async () => {
    await policy("bots: [renovate]\nroles:\n  stop: admin\n");
    await say("/claude run");
    expect(await say("/claude stop", { by: "renovate[bot]", isBot: true })).toEqual(["eyes", "-1"]);
  });
});

describe("another word", () => {
  test("is the one that is heard and the one that every answer names", async () => {
    await policy("command_word: robot\n");
    expect(await say("/claude run")).toEqual([]);
    expect(await say("/robot run")).toEqual(["eyes", "+1"]);
    await say("/robot stpo");
    expect(reply()).toContain("Try `/robot stop`");
    bench.pass(2 * minute);
    await say("/robot help");
    expect(reply()).toContain("| `/robot priority high\\|normal\\|low` |");
    expect(reply()).not.toContain("/claude");
    expect(await say("/robot stop")).toEqual(["eyes", "+1"]);
    bench.pass(2 * minute);
    await say("/robot why");
    expect(reply()).toContain("`/robot retry` tries again");
    expect(reply()).not.toContain("/claude");
  });
});

describe("somebody who may not steer and asks without end", () => {
  test("is told so once, then costs nothing for a while; whoever may steer goes on", async () => {
    quiet.role = "read";
    for (let asked = 0; asked < mostAsked; asked += 1)
      expect(await say("/claude status", { by: "eve" })).toEqual(["eyes", "+1"]);
    expect(await say("/claude status", { by: "eve" })).toEqual([]);
    expect(reply()).toContain("more than 10 commands in 10 minutes");
    quiet.asked = [];
    for (let asked = 0; asked < 20; asked += 1) await say("/claude status", { by: "eve" });
    expect(new Set(quiet.asked)).toEqual(new Set(["roleOf"]));
    expect(await say("/claude status", { by: "bob" })).toEqual(["eyes", "+1"]);
    bench.pass(11 * minute);
    expect(await say("/claude status", { by: "eve" })).toEqual(["eyes", "+1"]);
    quiet.role = "write";
    for (let asked = 0; asked < 2 * mostAsked; asked += 1) {
      expect(await say("/claude status", { by: "ada" })).toEqual(["eyes", "+1"]);
    }
  });
});
