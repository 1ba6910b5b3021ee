import { describe, expect, test } from "vitest";
import { type GateFacts, isAtLeast, mayWritePrompt, namesBot, refusalOf } from "#domain/gate.ts";
import { defaultPolicy, type Policy, Role } from "#protocol/policy.ts";

const facts = (of: Partial<GateFacts> & { policy?: Policy } = {}): GateFacts => ({
  actor: { login: "ada", isBot: false },
  role: "write",
  policy: defaultPolicy,
  needed: (of.policy ?? defaultPolicy).role,
  repository: { name: "octo/hello", isPrivate: true },
  publicRepositories: [],
  ...of,
});
const open = { name: "octo/hello", isPrivate: false };
const bot = { login: "renovate[bot]", isBot: true };
const withBot = { ...defaultPolicy, bots: ["renovate"] };

describe("who may start work, and where (S08, S10)", () => {
  const table: [string, Partial<GateFacts>, string | null][] = [
    ["somebody with the role", {}, null],
    ["somebody with a higher one", { role: "admin" }, null],
    ["somebody with a lower one", { role: "triage" }, "role_too_low"],
    ["a reader", { role: "read" }, "role_too_low"],
    ["a stranger", { role: "none" }, "role_too_low"],
    ["somebody of whom GitHub does not tell", { role: null }, "role_unknown"],
    ["a triager, where that is enough", { role: "triage", needed: "triage" }, null],
    ["a writer, where it takes more", { needed: "maintain" }, "role_too_low"],
    ["a bot, even one with the role", { actor: bot, role: "admin" }, "bots_not_allowed"],
    ["a bot that the policy names", { actor: bot, policy: withBot }, null],
    ["a bot that it does not name", { actor: { ...bot, login: "evil[bot]" }, policy: withBot }, "bots_not_allowed"],
    ["a bot that is named, without the role", { actor: bot, policy: withBot, role: "none" }, "role_too_low"],
    ["anybody, in a public repository", { repository: open, role: "admin" }, "public_repository"],
    ["a writer, in one that is opened", { repository: open, publicRepositories: ["octo/hello"] }, null],
    ["a writer, where all are opened", { repository: open, publicRepositories: ["*"] }, null],
    [
      "a writer, where another one is opened",
      { repository: open, publicRepositories: ["octo/hell"] },
      "public_repository",
    ],
    ["a reader, in one that is opened", { repository: open, publicRepositories: ["*"], role: "read" }, "role_too_low"],
  ];
  test.each(table)("%s", (_who, of, code) => {
    const refusal = refusalOf(facts(of));
    expect(refusal?.code ?? null).toBe(code);
    if (refusal !== null) expect(refusal.advice).toBeTruthy();
  });
});

test("a role is at least itself and every lower one, and an unknown one is none", () => {
  const roles = Role.options;
  for (const [high, role] of roles.entries()) {
    for (const [low, needed] of roles.entries()) expect(isAtLeast(role, needed), `${role} ${needed}`).toBe(high >= low);
  }
  for (const needed of roles) expect(isAtLeast(null, needed)).toBe(false);
  expect([mayWritePrompt("write", defaultPolicy), mayWritePrompt("triage", defaultPolicy)]).toEqual([true, false]);
});

test.each([
  [["renovate"], "renovate[bot]", true],
  [["Renovate[bot]"], "renovate[bot]", true],
  [["renovate"], "renovate-bot", false],
  [[], "renovate[bot]", false],
  [["renovate[bot][bot]"], "renovate[bot]", false],
])("bots %j name %s: %s", (bots, login, expected) => {
  expect(namesBot({ ...defaultPolicy, bots }, login)).toBe(expected);
});
