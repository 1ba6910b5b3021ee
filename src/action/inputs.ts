import { getInput, setSecret } from "@actions/core";

/** What the workflow says; the same names as in action.yml. */
export type Inputs = {
  /** Base URL without a closing slash. */
  server: string;
  run: number;
  anthropicApiKey: string;
  /** Null is Anthropic's own. */
  anthropicBaseUrl: string | null;
  claude: string;
  claudeVersion: string;
};

/** The names of all inputs; a test holds them and action.yml together. */
export const inputNames = [
  "server",
  "run",
  "anthropic-api-key",
  "anthropic-base-url",
  "claude",
  "claude-version",
] as const;

type InputName = (typeof inputNames)[number];

/** The workflow says something that cannot be meant; the message says what to write instead. */
export class InputError extends Error {
  constructor(input: InputName, message: string) {
    super(`${input}: ${message}`);
    this.name = "InputError";
  }
}

/** Reads the inputs; from here on the key is masked in the job's log. @throws InputError */
export function readInputs(): Inputs {
  const key = read("anthropic-api-key");
  if (key !== "") setSecret(key);
  const server = read("server").replace(/\/+$/, "");
  const url = URL.canParse(server) ? new URL(server) : null;
  const isLocal = url !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url === null || (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal)))
    throw new InputError("server", "write the control plane's address, as https://claude.example.com");
  const run = read("run");
  if (!/^[1-9]\d{0,14}$/.test(run))
    throw new InputError("run", "write the run's number: the control plane gives it as the workflow's input `run`");
  if (key === "")
    throw new InputError(
      "anthropic-api-key",
      "give it a secret of the repository, as the example in docs/action.md does",
    );
  const version = read("claude-version");
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new InputError("claude-version", "write a version, as 2.1.197");
  return {
    server,
    run: Number(run),
    anthropicApiKey: key,
    anthropicBaseUrl: read("anthropic-base-url") || null,
    claude: read("claude"),
    claudeVersion: version,
  };
}

function read(name: InputName): string {
  return getInput(name);
}
