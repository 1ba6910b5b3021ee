import { describe, expect, it, test } from "vitest";
import { deedsFor, roleForDeed, seesTasks } from "#domain/access/deeds.ts";
import { needs } from "#domain/access/needs.ts";
import { TaskDeed } from "#protocol/access.ts";
import { defaultPolicy, type Policy, type Role } from "#protocol/policy.ts";
import { type RouteName, routes } from "#protocol/routes.ts";

const policyWith = (of: Partial<Policy>): Policy => ({ ...defaultPolicy, ...of });

describe("what a role may do", () => {
  it.each<[Role, number]>([
    ["none", 0],
    ["read", 0],
    ["triage", 0],
    ["write", TaskDeed.options.length - 1],
    ["admin", TaskDeed.options.length],
  ])("%s may %i things where the policy says nothing", (role, count) => {
    expect(deedsFor(role, defaultPolicy)).toHaveLength(count);
  });

  it("follows the policy's roles for commands, and hands on a terminal take write whatever it says", () => {
    const open = policyWith({ role: "triage", roles: { say: "read", stop: "maintain" } });
    expect(deedsFor("read", open)).toEqual(["edit", "say"]);
    expect(deedsFor("triage", open)).toEqual([
      "answer",
      "approve",
      "continue",
      "edit",
      "fix-ci",
      "prioritise",
      "rebase",
      "retry",
      "say",
    ]);
    expect(deedsFor("write", open)).toContain("take_over");
    expect(deedsFor("write", open)).not.toContain("stop");
    expect(roleForDeed("take_over", policyWith({ roles: { say: "none" } }))).toBe("write");
    expect(roleForDeed("answer", policyWith({ roles: { answer: "none" } }))).toBe("read");
  });

  it.each<[Role, boolean, boolean]>([
    ["none", true, false],
    ["read", true, true],
    ["read", false, false],
    ["triage", false, true],
  ])("with %s in a repository that is private: %s, seeing is %s", (role, isPrivate, sees) => {
    expect(seesTasks({ role, isPrivate })).toBe(sees);
  });
});

test("every route for people says what it takes, and what changes something takes more than seeing (S36)", () => {
  const names = (Object.keys(routes) as RouteName[]).filter((name) => routes[name].audience === "operator");
  expect(Object.keys(needs).sort()).toEqual(names.sort());
  for (const [name, need] of Object.entries(needs)) {
    if (routes[name as RouteName].method === "POST") expect(["signed_in", "sees"], name).not.toContain(need.kind);
  }
});
