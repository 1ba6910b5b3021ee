import { expect, test } from "vitest";
import { parse } from "yaml";
import type { InputName } from "#action/input-names.ts";
import { policyTextWith, readPolicyInputs } from "#action/policy-inputs.ts";

const reading = (given: Partial<Record<InputName, string>>) => readPolicyInputs((name) => given[name] ?? "");
const policy = (given: Partial<Record<InputName, string>>, file: string | null = null) =>
  parse(policyTextWith(file, reading(given)) ?? "{}") as Record<string, unknown>;

test.each<[InputName, string, object]>([
  ["label", "go", { label: "go" }],
  ["command-word", "bot", { command_word: "bot" }],
  ["model", "opus", { model: "opus" }],
  ["instructions", "Speak softly.\nAnd test.", { instructions: "Speak softly.\nAnd test." }],
  ["setup", "npm ci\n\n# then\n  make  \r\n", { setup: ["npm ci", "make"] }],
  ["verify", "npm test", { verify: ["npm test"] }],
  ["allowed-tools", "Read\nBash", { allowed_tools: ["Read", "Bash"] }],
  ["denied-tools", "Bash(npm publish *)\nWebFetch", { denied_tools: ["Bash(npm publish *)", "WebFetch"] }],
  ["max-turns", "12", { limits: { turns: 12 } }],
  ["minutes", "30", { limits: { minutes: 30 } }],
  ["budget", "$2.5", { limits: { usd: 2.5 } }],
])("the input %s stands in the policy's place", (name, text, expected) => {
  expect(policy({ [name]: text })).toEqual(expected);
});

test("what the workflow says wins over the file, key by key, and leaves the rest of it", () => {
  const file = "label: claude\nverify: [make check]\nlimits: { turns: 50, usd: 9 }\n";
  expect(policy({ label: "go", "max-turns": "5" }, file)).toEqual({
    label: "go",
    verify: ["make check"],
    limits: { turns: 5, usd: 9 },
  });
});

test("without such inputs the file is handed on as it is, and so is one that cannot be read", () => {
  expect(policyTextWith("label: [", reading({}))).toBe("label: [");
  expect(policyTextWith("label: [", reading({ label: "go" }))).toBe("label: [");
  expect(policyTextWith(null, reading({ "policy-file": "other.yml" }))).toBeNull();
  expect(reading({ "policy-file": "other.yml" }).file).toBe("other.yml");
});

test.each<[InputName, string]>([
  ["minutes", "soon"],
  ["max-turns", "0"],
  ["budget", "-1"],
  ["denied-tools", "rm -rf"],
  ["command-word", "two words"],
])("the input %s is refused by its name where it cannot be meant: %j", (name, text) => {
  expect(() => reading({ [name]: text })).toThrow(`${name}: `);
});
