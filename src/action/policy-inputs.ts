import { parse, stringify } from "yaml";
import { Policy } from "#protocol/policy.ts";
import { InputError, type InputName } from "./input-names.ts";

/** What the workflow says of the policy: each wins over what the repository's file says. */
export type PolicyInputs = {
  /** Another policy file than the usual one. */
  file: string | null;
  /** Top-level keys of a policy. */
  over: Partial<Record<keyof Policy, unknown>>;
  limits: Record<string, number>;
};

/** Which input is which key of the policy. */
const keys = {
  label: "label",
  "command-word": "command_word",
  model: "model",
  instructions: "instructions",
  setup: "setup",
  verify: "verify",
  "allowed-tools": "allowed_tools",
  "denied-tools": "denied_tools",
} as const satisfies Partial<Record<InputName, keyof Policy>>;
const limits = { "max-turns": "turns", minutes: "minutes", budget: "usd" } as const;
const lists: ReadonlySet<string> = new Set(["setup", "verify", "allowed-tools", "denied-tools"]);

/** @throws InputError naming the input */
export function readPolicyInputs(read: (name: InputName) => string): PolicyInputs {
  const over: PolicyInputs["over"] = {};
  for (const [input, key] of Object.entries(keys) as [keyof typeof keys, keyof Policy][]) {
    const text = read(input);
    if (text === "") continue;
    over[key] = lists.has(input) ? linesOf(text) : text;
    check(input, { [key]: over[key] });
  }
  const found: Record<string, number> = {};
  for (const [input, key] of Object.entries(limits) as [keyof typeof limits, string][]) {
    const text = read(input);
    if (text === "") continue;
    found[key] = Number(text.replace(/^\$/, ""));
    check(input, { limits: { [key]: found[key] } });
  }
  return { file: read("policy-file") || null, over, limits: found };
}

/** One a line; empty lines and comments are left out. */
function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function check(input: InputName, part: object): void {
  const result = Policy.partial().safeParse(part);
  if (result.success) return;
  throw new InputError(input, result.error.issues[0]?.message ?? "it cannot be meant");
}

/**
 * The policy file with what the workflow says in its place. A file that is no table is handed on as it is: whoever reads it
 * says what is wrong with it.
 */
export function policyTextWith(text: string | null, of: PolicyInputs): string | null {
  if (Object.keys(of.over).length + Object.keys(of.limits).length === 0) return text;
  const file = tableOf(text ?? "");
  if (file === null) return text;
  const own = typeof file.limits === "object" && file.limits !== null ? file.limits : {};
  const limits = Object.keys(of.limits).length === 0 ? {} : { limits: { ...own, ...of.limits } };
  return stringify({ ...file, ...of.over, ...limits });
}

function tableOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = text.trim() === "" ? {} : parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    // Not YAML: the reader of policies has the words for it.
    return null;
  }
}
