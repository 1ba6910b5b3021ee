/** The names of all inputs; a test holds them and action.yml together. */
export const inputNames = [
  "github-token",
  "app-id",
  "app-key",
  "anthropic-api-key",
  "claude-code-oauth-token",
  "use-bedrock",
  "use-vertex",
  "anthropic-base-url",
  "label",
  "command-word",
  "model",
  "max-turns",
  "minutes",
  "budget",
  "setup",
  "verify",
  "allowed-tools",
  "denied-tools",
  "instructions",
  "policy-file",
  "issue",
  "dry-run",
  "state-key",
  "server",
  "run",
  "claude",
  "claude-version",
] as const;

export type InputName = (typeof inputNames)[number];

/** The workflow says something that cannot be meant; the message says what to write instead. */
export class InputError extends Error {
  constructor(input: InputName, message: string) {
    super(`${input}: ${message}`);
    this.name = "InputError";
  }
}
