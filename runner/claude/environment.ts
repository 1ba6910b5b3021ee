/** The environment of an instance: built from an allow-list, so that nothing of the runner's own reaches the agent (S20). */

/** What an operator's own environment may hand on: no secrets, only where things are and how to reach the network. */
const PASSED_ON = [
  "PATH",
  "LANG",
  "LC_ALL",
  "TZ",
  "TERM",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "https_proxy",
  "http_proxy",
  "no_proxy",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "ANTHROPIC_BASE_URL",
] as const;

const SECRET_NAME = /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE|API_?KEY|_KEY$|AUTH_SOCK/i;

type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentSpec {
  /** The runner's own environment, from which only the allowed names are taken. */
  readonly operator: Environment;
  readonly home: string;
  /** null leaves Claude Code to `$HOME/.claude`. */
  readonly configDir: string | null;
  readonly tmpDir: string;
  /** Root may run without permission questions only in a sandbox; this says that it is one. */
  readonly asRoot: boolean;
  /** How often an API call is tried again; null leaves Claude Code's own (10 times, three minutes). */
  readonly maxRetries: number | null;
  /** More variables, such as the run's marker; a name that sounds like a secret is refused. */
  readonly extra: Readonly<Record<string, string>>;
}

/** The whole environment of an instance. Throws when `extra` names what sounds like a secret. */
export function agentEnvironment(spec: EnvironmentSpec): Record<string, string> {
  for (const name of Object.keys(spec.extra))
    if (SECRET_NAME.test(name))
      throw new Error(`${name} must not stand in the agent's environment: every command it runs could read it`);
  const env: Record<string, string> = { LANG: "C.UTF-8", TERM: "dumb" };
  for (const name of PASSED_ON) {
    const value = spec.operator[name];
    if (value !== undefined && value !== "" && !holdsPassword(value)) env[name] = value;
  }
  return {
    ...env,
    HOME: spec.home,
    TMPDIR: spec.tmpDir,
    ...(spec.configDir === null ? {} : { CLAUDE_CONFIG_DIR: spec.configDir }),
    ...(spec.asRoot ? { IS_SANDBOX: "1" } : {}),
    ...(spec.maxRetries === null ? {} : { CLAUDE_CODE_MAX_RETRIES: String(spec.maxRetries) }),
    DISABLE_AUTOUPDATER: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    CLAUDE_CODE_DISABLE_FEEDBACK_SURVEY: "1",
    GIT_TERMINAL_PROMPT: "0",
    ...spec.extra,
  };
}

/** A proxy or base URL may carry a password: such a value is not handed on. */
function holdsPassword(value: string): boolean {
  return /^[a-z+]+:\/\/[^/\s]*@/i.test(value);
}
