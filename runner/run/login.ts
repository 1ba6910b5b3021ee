import { homedir } from "node:os";
import type { Login } from "#runner/claude/command.ts";
import type { RunnerConfig } from "#runner/options.ts";

/** What Claude Code logs in with on this runner. */
export function loginOf({ modelKeyFile, modelEnvironment }: RunnerConfig): Login {
  if (modelKeyFile !== null) return { kind: "key", keyFile: modelKeyFile };
  if (modelEnvironment !== undefined) return { kind: "environment", variables: modelEnvironment };
  return { kind: "own", home: homedir() };
}
