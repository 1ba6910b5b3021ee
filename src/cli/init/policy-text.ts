import { stringify } from "yaml";
import { Policy } from "#protocol/policy.ts";
import type { Detected } from "./detect.ts";

/** By which editors complete the file (the YAML language server's modeline). */
const modeline =
  "# yaml-language-server: $schema=https://raw.githubusercontent.com/cc-orchestrator/cc-orchestrator/main/docs/policy.schema.json";

/** The policy file that `init` proposes: what was found, and the defaults that people most often change. */
export function renderPolicy(detected: Detected | null): string {
  const { label, verify_rounds, limits } = Policy.parse({});
  const commands = {
    ...(detected === null || detected.setup.length === 0 ? {} : { setup: detected.setup }),
    ...(detected === null || detected.verify.length === 0 ? {} : { verify: detected.verify }),
  };
  const text = [
    modeline,
    "# What cc-orchestrator may do in this repository, and how. Only the default branch's copy counts.",
    "",
    "# This issue label asks for a pull request.",
    stringify({ label }).trimEnd(),
    "",
    ...(detected === null
      ? [
          "# Commands that make a fresh worktree ready, and that must succeed before the work counts as done.",
          "# setup: [make deps]",
          "# verify: [make test]",
        ]
      : [`# Found in ${detected.from}: what makes a fresh worktree ready, and what must succeed.`, yamlOf(commands)]),
    "# How often a failure of these goes back to Claude.",
    stringify({ verify_rounds }).trimEnd(),
    "",
    "# What one run may use.",
    stringify({ limits }).trimEnd(),
    "",
  ].join("\n");
  return text;
}

function yamlOf(commands: object): string {
  return Object.keys(commands).length === 0 ? "# verify: [make test]\n" : stringify(commands);
}
