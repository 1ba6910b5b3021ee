import { describe, expect, test } from "vitest";
import { type PolicyProblem, parsePolicyFile, renderPolicyProblem } from "#domain/policy-file.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import { Reason } from "#protocol/words.ts";

function problemIn(text: string): PolicyProblem {
  const parsed = parsePolicyFile(text);
  if (!("problem" in parsed)) throw new Error("This policy is good.");
  expect(Reason.safeParse(parsed.problem.reason).success).toBe(true);
  return parsed.problem;
}

describe("a good policy file", () => {
  test("an empty one is the default", () => {
    expect(parsePolicyFile("")).toEqual({ policy: defaultPolicy });
    expect(parsePolicyFile("# only a comment\n")).toEqual({ policy: defaultPolicy });
  });

  test("every key is taken over", () => {
    const parsed = parsePolicyFile(
      "label: robot\nverify:\n  - npm test\nlimits: { turns: 5 }\ninstructions: |\n  Use tabs: [always] & *forever*\n",
    );
    expect(parsed).toMatchObject({
      policy: {
        label: "robot",
        verify: ["npm test"],
        limits: { turns: 5, minutes: 60 },
        instructions: "Use tabs: [always] & *forever*\n",
      },
    });
  });
});

const broken: [string, string, { line: number; column: number; quote: string; says: RegExp }][] = [
  [
    "an unknown key",
    "label: x\nverfy: [a]\n",
    { line: 2, column: 1, quote: "verfy: [a]", says: /did you mean `verify`\?/ },
  ],
  ["swapped letters", "lable: x", { line: 1, column: 1, quote: "lable: x", says: /did you mean `label`\?/ }],
  [
    "an unknown limit",
    "limits:\n  minute: 3",
    { line: 2, column: 3, quote: "  minute: 3", says: /did you mean `minutes`\?/ },
  ],
  [
    "a key like no other",
    "zzz: 1",
    { line: 1, column: 1, quote: "zzz: 1", says: /the keys are `label`, `plan_label`/ },
  ],
  [
    "text for a list",
    "setup: npm ci",
    { line: 1, column: 8, quote: "setup: npm ci", says: /has to be a list, as in `setup: \[npm ci\]`/ },
  ],
  [
    "a number for text",
    "label: 12",
    { line: 1, column: 8, quote: "label: 12", says: /has to be text; put it in quotes/ },
  ],
  [
    "text for a number",
    "limits:\n  usd: lots",
    { line: 2, column: 8, quote: "  usd: lots", says: /`limits\.usd` has to be a number/ },
  ],
  ["too much", "limits:\n  minutes: 9999", { line: 2, column: 12, quote: "  minutes: 9999", says: /at most 1440/ }],
  ["one of a list", "verify:\n  - a\n  - ''", { line: 3, column: 5, quote: "  - ''", says: /`verify\[1\]`/ }],
  ["no such role", "role: owner", { line: 1, column: 7, quote: "role: owner", says: /one of `triage`, `write`/ }],
  ["no value", "label: a\nverify:\n", { line: 2, column: 1, quote: "verify:", says: /has no value/ }],
  ["no mapping", "- a\n- b", { line: 1, column: 1, quote: "- a", says: /mapping of keys to values/ }],
  ["only words", "hello there", { line: 1, column: 1, quote: "hello there", says: /mapping of keys to values/ }],
  ["a bracket left open", "verify: [a\nlabel: b", { line: 2, column: 1, quote: "label: b", says: /./ }],
  ["a tab", "limits:\n\tturns: 3", { line: 2, column: 1, quote: "\tturns: 3", says: /[Tt]abs/ }],
  ["a key twice", "label: a\nlabel: b", { line: 2, column: 1, quote: "label: b", says: /twice/ }],
  ["an anchor", "label: &a x", { line: 1, column: 11, quote: "label: &a x", says: /Anchors and aliases/ }],
  ["an alias", "label: *a", { line: 1, column: 8, quote: "label: *a", says: /Anchors and aliases/ }],
  ["a tag", "label: !!js/function x", { line: 1, column: 8, quote: "label: !!js/function x", says: /tag/ }],
  ["two documents", "label: a\n---\nlabel: b", { line: 2, column: 1, quote: "---", says: /multiple documents/ }],
  ["a merge key", "<<: { label: x }", { line: 1, column: 1, quote: "<<: { label: x }", says: /no key `<<`/ }],
  [
    "a prototype key",
    "__proto__: { label: x }",
    { line: 1, column: 1, quote: "__proto__: { label: x }", says: /no key `__proto__`/ },
  ],
];

describe("a broken policy file is quoted where it is wrong", () => {
  test.each(broken)("%s", (_, text, expected) => {
    const problem = problemIn(text);
    expect(problem).toMatchObject({
      line: expected.line,
      quote: expected.quote,
      sentence: expect.stringMatching(expected.says),
    });
    expect(problem.column).toBe(expected.column);
    expect(problem.reason.code).toBe("policy_broken");
  });

  test("all problems at once, with what to do", async () => {
    const problem = problemIn(
      "label: x\nverfy:\n  - npm test\nsetup: npm ci\nlimits:\n  turn: 5\n  usd: lots\nrole: owner\n",
    );
    await expect(`${renderPolicyProblem(problem)}\n`).toMatchFileSnapshot("./snapshots/policy-problem.md");
  });

  test("a line with backticks or hidden characters does not leave its quote", () => {
    const problem = problemIn("verfy: '``` \u202e @ada'\n");
    expect(problem.reason.sentence).toContain("````text");
    expect(problem.quote).toContain("[U+202E]");
  });
});

describe("S60: a file that wants to be expensive is refused quickly", () => {
  test.each([
    ["larger than 64 KB", "x".repeat(70_000)],
    ["brackets in brackets", "[".repeat(60_000)],
    ["lists in lists", "- ".repeat(30_000)],
    ["one key many times", "a:\n".repeat(20_000)],
    ["many keys", Array.from({ length: 6_000 }, (_, i) => `k${i}: 1\n`).join("")],
    ["a billion laughs", `a: &a [x]\n${Array.from({ length: 20 }, (_, i) => `b${i}: &b${i} [*a, *a]\n`).join("")}`],
    ["many aliases", `a: ${"*b ".repeat(20_000)}`],
    ["a long list", `verify: [${"1,".repeat(30_000)}]`],
  ])("%s", (_, text) => {
    const start = performance.now();
    const problem = problemIn(text);
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(problem.reason.sentence.length).toBeLessThanOrEqual(2_000);
  });
});
