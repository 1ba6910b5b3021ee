import { getInput, setSecret } from "@actions/core";
import { InputError, type InputName } from "./input-names.ts";
import { type ModelAccess, readModelAccess } from "./model-access.ts";
import { type PolicyInputs, readPolicyInputs } from "./policy-inputs.ts";

/** What both ways of working need. */
export type Common = {
  model: ModelAccess;
  /** Another Messages API than Anthropic's own; null for that. */
  modelUrl: string | null;
  claude: string;
  claudeVersion: string;
};

/** A runner for a control plane. */
export type ServerInputs = Common & {
  kind: "server";
  /** Base URL without a closing slash. */
  server: string;
  run: number;
};

/** Everything in this job. */
export type StandaloneInputs = Common & {
  kind: "standalone";
  /** The workflow's own token, or an App's. */
  github: { kind: "token"; token: string } | { kind: "app"; appId: number; privateKey: string };
  policy: PolicyInputs;
  /** The issue that a workflow started by hand is about; null where the event says it. */
  issue: number | null;
  isDryRun: boolean;
  /** What the state between jobs is sealed with; null where there is no lasting secret. */
  stateSecret: string | null;
};

export type Inputs = ServerInputs | StandaloneInputs;

const secrets = ["github-token", "app-key", "anthropic-api-key", "claude-code-oauth-token", "state-key"] as const;

/** Reads the inputs. Before anything else is said, GitHub is told to mask the secrets among them. @throws InputError */
export function readInputs(): Inputs {
  for (const name of secrets) maskLines(read(name));
  const server = read("server").replace(/\/+$/, "");
  return server === "" ? readStandalone() : readForServer(server);
}

/** A masked value is looked for in each line, so that one of several lines is masked line by line. */
function maskLines(secret: string): void {
  for (const line of secret.split(/\r?\n/)) if (line.trim().length > 3) setSecret(line.trim());
}

function readForServer(server: string): ServerInputs {
  const url = URL.canParse(server) ? new URL(server) : null;
  const isLocal = url !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url === null || (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal)))
    throw new InputError("server", "write the control plane's address, as https://claude.example.com");
  const run = numberOf("run", /^[1-9]\d{0,14}$/);
  if (run === null)
    throw new InputError("run", "write the run's number: the control plane gives it as the workflow's input `run`");
  return { kind: "server", server, run, ...readCommon() };
}

function readStandalone(): StandaloneInputs {
  const common = readCommon();
  const github = readGitHub();
  const { model } = common;
  const lasting = read("state-key") || (model.kind === "key" ? model.key : model.kind === "oauth" ? model.token : "");
  return {
    kind: "standalone",
    ...common,
    github,
    policy: readPolicyInputs(read),
    issue: numberOf("issue", /^[1-9]\d{0,9}$/),
    isDryRun: flagOf("dry-run"),
    stateSecret: lasting === "" ? null : lasting,
  };
}

function readGitHub(): StandaloneInputs["github"] {
  const privateKey = read("app-key");
  const appId = numberOf("app-id", /^[1-9]\d{0,11}$/);
  if (appId !== null && privateKey === "")
    throw new InputError("app-key", "give the App's private key from the repository's secrets");
  if (appId === null && privateKey !== "")
    throw new InputError("app-id", "give the App's id, which belongs to app-key");
  if (appId !== null) return { kind: "app", appId, privateKey };
  const token = read("github-token");
  if (token === "") throw new InputError("github-token", "leave it out, and the workflow's own token is used");
  return { kind: "token", token };
}

function readCommon(): Common {
  const version = read("claude-version");
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new InputError("claude-version", "write a version, as 2.1.197");
  const modelUrl = read("anthropic-base-url");
  if (modelUrl !== "" && !/^https?:\/\//.test(modelUrl))
    throw new InputError("anthropic-base-url", "write an address, as https://gateway.example.com");
  return {
    model: readModelAccess(read, {
      use: { bedrock: flagOf("use-bedrock"), vertex: flagOf("use-vertex") },
      job: process.env,
    }),
    modelUrl: modelUrl || null,
    claude: read("claude"),
    claudeVersion: version,
  };
}

function flagOf(name: InputName): boolean {
  const value = read(name).toLowerCase();
  if (["", "false", "no"].includes(value)) return false;
  if (["true", "yes"].includes(value)) return true;
  throw new InputError(name, "write true or false");
}

function numberOf(name: InputName, form: RegExp): number | null {
  const text = read(name);
  if (text === "") return null;
  if (!form.test(text))
    throw new InputError(name, `${JSON.stringify(text.slice(0, 40))} is no number that can be meant`);
  return Number(text);
}

function read(name: InputName): string {
  return getInput(name);
}
