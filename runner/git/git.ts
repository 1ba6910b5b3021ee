import { execa } from "execa";
import { type SimpleGit, simpleGit } from "simple-git";
import type { AskedCredential } from "./credential.ts";
import { gitEnvironment } from "./environment.ts";
import { watchGroup } from "./process-group.ts";

/**
 * The one place that starts git.
 *
 * A call names its repository with `--git-dir` and never finds it by walking up from a folder, so what the agent wrote
 * into a `.git` file, an embedded repository or its own configuration is never consulted. The options below win over
 * any configuration file.
 */
const safeOptions = {
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "core.untrackedCache": "false",
  "core.attributesFile": "/dev/null",
  "core.excludesFile": "/dev/null",
  "core.protectHFS": "true",
  "core.protectNTFS": "true",
  "core.packedRefsTimeout": "10000",
  "core.filesRefLockTimeout": "10000",
  "safe.bareRepository": "explicit",
  "protocol.allow": "never",
  "fetch.fsckObjects": "true",
  "fetch.recurseSubmodules": "false",
  "submodule.recurse": "false",
  "push.recurseSubmodules": "no",
  "push.followTags": "false",
  "push.gpgSign": "false",
  "commit.gpgSign": "false",
  "diff.ignoreSubmodules": "all",
  "credential.helper": "",
  "http.followRedirects": "false",
  "http.lowSpeedLimit": "1000",
  "http.lowSpeedTime": "60",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "advice.detachedHead": "false",
} as const;

/** Which transports a call may use: none at all, another folder on this disk, or the network. */
export type Transport = "none" | "file" | "network";

const transportOptions: Record<Transport, readonly string[]> = {
  none: [],
  file: ["protocol.file.allow=always"],
  network: ["protocol.https.allow=always", "protocol.http.allow=always", "protocol.ssh.allow=always"],
};

export type GitCall = {
  /** The repository's git directory, always given. `null` only for `init`. */
  gitDir: string | null;
  workTree?: string;
  /** An index file of the caller's own, instead of the repository's. */
  indexFile?: string;
  transport?: Transport;
  ssh?: boolean;
  credential?: AskedCredential | null;
  /** Further `-c` options, as `name=value`. */
  options?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  /** Sent to git's standard input. */
  input?: string | Uint8Array;
  /** Exit codes that are an answer rather than a failure. */
  accept?: readonly number[];
  /** Milliseconds; 2 minutes unless given. */
  timeoutMs?: number;
  /** Bytes of output kept before the call is failed; 64 MiB unless given. */
  maxBytes?: number;
  signal?: AbortSignal;
};

export type GitAnswer = { code: number; stdout: string; stderr: string };

/** Git said no. `stderr` is what it said (never a credential); `code` is null when it was ended by us or by a signal. */
export class GitError extends Error {
  readonly code: number | null;
  readonly stderr: string;
  readonly stdout: string;
  readonly timedOut: boolean;
  readonly cancelled: boolean;

  constructor(
    command: string,
    how: { code: number | null; stdout: string; stderr: string; timedOut: boolean; cancelled: boolean },
  ) {
    const why = how.timedOut ? "took too long" : how.cancelled ? "was cancelled" : lastWords(how.stderr);
    super(`git ${command}: ${why}`);
    this.name = "GitError";
    this.code = how.code;
    this.stdout = how.stdout;
    this.stderr = how.stderr;
    this.timedOut = how.timedOut;
    this.cancelled = how.cancelled;
  }

  /** Ended from outside, by nobody of ours: another try may well succeed. */
  get wasKilled(): boolean {
    return this.code === null && !this.timedOut && !this.cancelled;
  }
}

/**
 * Runs git once.
 *
 * @param args the subcommand and its arguments; put `--` before anything that came from outside
 * @throws GitError when it exits with a code that `accept` does not list, outlives its time or is aborted
 */
export async function git(args: readonly string[], call: GitCall): Promise<GitAnswer> {
  const answer = await start(args, call, "utf8");
  return { code: answer.code, stdout: String(answer.stdout), stderr: answer.stderr };
}

/** Like {@link git}, with the output as bytes. */
export async function gitBytes(args: readonly string[], call: GitCall): Promise<Buffer> {
  const answer = await start(args, call, "buffer");
  return Buffer.from(answer.stdout);
}

/**
 * simple-git over a repository of the runner's own, for questions whose answers it parses well: the same options and
 * environment as {@link git}, no transport, a minute's time. Never for a repository or a tree that an agent may write.
 */
export function gitReader(gitDir: string): SimpleGit {
  const environment: Record<string, string> = { ...gitEnvironment(process.env, gitDir, false), GIT_DIR: gitDir };
  return simpleGit({
    baseDir: gitDir,
    config: Object.entries({ ...safeOptions, "core.quotePath": "false" }).map(([name, value]) => `${name}=${value}`),
    allowEnvironment: Object.keys(environment),
    // These guard against a caller who sets such an option from outside text; here they are the fixed, safe values.
    unsafe: {
      allowUnsafeAskPass: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeCredentialHelper: true,
      allowUnsafeEditor: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeHooksPath: true,
      allowUnsafePager: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeSshCommand: true,
    },
    timeout: { block: 60_000 },
  }).env(environment);
}

async function start(
  args: readonly string[],
  call: GitCall,
  encoding: "utf8" | "buffer",
): Promise<{ code: number; stdout: string | Uint8Array; stderr: string }> {
  if (call.signal?.aborted) {
    throw new GitError(args[0] ?? "", { code: null, stdout: "", stderr: "", timedOut: false, cancelled: true });
  }
  const home = call.gitDir ?? "/";
  const environment: Record<string, string> = {
    ...gitEnvironment(process.env, home, call.ssh ?? false),
    ...call.environment,
    ...(call.indexFile === undefined ? {} : { GIT_INDEX_FILE: call.indexFile }),
    ...call.credential?.environment,
  };
  const child = execa("git", argumentsOf(args, call), {
    cwd: home,
    env: environment,
    extendEnv: false,
    stdio: [
      call.input === undefined ? "ignore" : "pipe",
      "pipe",
      "pipe",
      ...(call.credential ? [call.credential.secret] : []),
    ],
    ...(call.input === undefined ? {} : { input: call.input }),
    encoding,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: call.maxBytes ?? 64 * 1024 * 1024,
    detached: true,
  });
  const group = watchGroup(child.pid, { timeoutMs: call.timeoutMs ?? 120_000, signal: call.signal });
  const result = await child;
  const code = result.exitCode;
  const stderr = textOf(result.stderr);
  const why = group.why();
  const answered = code !== undefined && !result.isMaxBuffer && why === null;
  group.ended(answered);
  if (answered && (call.accept ?? [0]).includes(code)) {
    return { code, stdout: (result.stdout ?? "") as string | Uint8Array, stderr };
  }
  throw new GitError(args[0] ?? "", {
    code: code ?? null,
    stdout: textOf(result.stdout),
    stderr: result.isMaxBuffer ? "more output than allowed" : stderr || howItEnded(result),
    timedOut: why === "timed_out",
    cancelled: why === "cancelled",
  });
}

function argumentsOf(args: readonly string[], call: GitCall): string[] {
  const options = [
    ...Object.entries(safeOptions).map(([name, value]) => `${name}=${value}`),
    ...transportOptions[call.transport ?? "none"],
    ...(call.credential?.options ?? []),
    ...(call.options ?? []),
  ];
  // Paths are names, never patterns. `check-ignore` alone refuses to be told so; its paths begin with `./` instead.
  return [
    ...options.flatMap((option) => ["-c", option]),
    "--no-pager",
    ...(args[0] === "check-ignore" ? [] : ["--literal-pathspecs"]),
    ...(call.gitDir === null ? [] : [`--git-dir=${call.gitDir}`]),
    ...(call.workTree === undefined ? [] : [`--work-tree=${call.workTree}`]),
    ...args,
  ];
}

/** Without git's options, which are many and always the same. */
function howItEnded({
  signal,
  shortMessage,
}: {
  signal?: string | undefined;
  shortMessage?: string | undefined;
}): string {
  return signal === undefined ? (shortMessage ?? "") : `it was ended by ${signal}`;
}

function textOf(output: unknown): string {
  if (typeof output === "string") return output;
  return output instanceof Uint8Array ? Buffer.from(output).toString("utf8") : "";
}

/** The line of git's complaint that says most: the first `fatal:` or `error:`, else the last line. */
function lastWords(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const said = lines.find((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? "failed without a word";
  return said.slice(0, 500);
}
