/**
 * How an instance is started: Claude Code in print mode with JSON lines in and out, under our settings only.
 * Pure: the caller writes the files, mode 0600, and starts the program with exactly this environment.
 */
import { join } from "node:path";
import { agentEnvironment } from "./environment.ts";
import { type Answered, questionFlags, questionHook, questionTool, removedWithQuestions } from "./questions.ts";
import { quoted } from "./shell-word.ts";

/**
 * Where the model's key comes from. `key`: a file, mode 0600, that holds the API key and nothing else, and this instance's
 * alone; Claude Code takes it by its `apiKeyHelper` before its first request, which leaves the file empty: no tool inherits
 * the key or finds it. `environment`: variables that Claude Code itself reads; its own token
 * it keeps from its tools. `own`: the login of the person whose home this is; nothing of it is changed.
 */
export type Login =
  | { readonly kind: "key"; readonly keyFile: string }
  | { readonly kind: "environment"; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: "own"; readonly home: string };

export interface ClaudeSpec {
  /** True opens Claude Code's own screen for a person, instead of print mode. */
  readonly isScreen: boolean;
  /** The program: `claude`, or a path to it. */
  readonly program: string;
  readonly sessionId: string;
  /** False begins the session under this id, true goes on with it: flags are not stored with a session, so all are given again. */
  readonly resume: boolean;
  /** null leaves the choice to Claude Code. */
  readonly model: string | null;
  /** The absolute folder that the caller writes `files` into. */
  readonly folder: string;
  /** The agent's home and configuration folder, unless the login is a person's own. One for each task. */
  readonly home: string;
  readonly tmpDir: string;
  readonly login: Login;
  /** Instructions that stand behind Claude Code's own: how to work here, and the instruction files of the base commit. */
  readonly instructions: string;
  /** Steps of the model for one message of ours; past it that turn fails, and the process takes the next message. */
  readonly maxTurns: number | null;
  /** US dollars for one process; passed by at most one answer. */
  readonly maxBudgetUsd: number | null;
  /** The only built-in tools that Claude is offered, by name; null for all. */
  readonly tools: readonly string[] | null;
  /** More permission rules to refuse, such as `Bash(npm publish *)` or `Edit(.github/**)`. */
  readonly deny: readonly string[];
  /** Whether Claude may ask, and the answer to what it asked last; null takes its tool for that away. */
  readonly questions: { readonly answered: Answered | null } | null;
  /** Nothing is changed: tools that write are taken away, and commands that do more than look are refused. */
  readonly readOnly: boolean;
  readonly asRoot: boolean;
  readonly maxRetries: number | null;
  readonly operator: Readonly<Record<string, string | undefined>>;
  readonly extraEnv: Readonly<Record<string, string>>;
}

export interface ClaudeCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Content by path relative to `folder`. */
  readonly files: Readonly<Record<string, string>>;
  /** Where Claude Code keeps its sessions; to be seeded with `seedHome` before the start unless the login is a person's own. */
  readonly configDir: string;
}

/** The runner pushes and speaks with GitHub; the agent has no keys for either, and is told so early. Rules hold in bypass mode too. */
const DENIED = ["Bash(git push)", "Bash(git push *)", "Bash(git remote *)", "Bash(gh *)"];

/** Tools that outlive a turn or leave the worktree: a bare name takes the tool away. */
const REMOVED = ["EnterWorktree", "ExitWorktree", "CronCreate", "CronDelete", "CronList", "ScheduleWakeup"];

const printMode = [
  ...["-p", "--input-format", "stream-json", "--output-format", "stream-json"],
  ...["--verbose", "--replay-user-messages"],
];

/** In the mode `dontAsk` Claude Code refuses whatever writes; so that Claude does not try, it is not even offered. */
const WRITING = ["Edit", "Write", "NotebookEdit"];

/** The command for an instance, its environment and its files. */
export function claudeCommand(spec: ClaudeSpec): ClaudeCommand {
  const own = spec.login.kind === "own";
  const home = spec.login.kind === "own" ? spec.login.home : spec.home;
  const configDir = join(home, ".claude");
  const hook = spec.questions === null ? null : questionHook(spec.folder, spec.questions.answered);
  const option = (name: string, value: string | number | null) => (value === null ? [] : [name, String(value)]);
  const argv = [
    spec.program,
    ...(spec.isScreen ? [] : printMode),
    ...[spec.resume ? "--resume" : "--session-id", spec.sessionId],
    ...option("--model", spec.model),
    ...option("--tools", spec.tools === null ? null : toolsOf(spec, spec.tools)),
    ...["--settings", join(spec.folder, "settings.json")],
    // Settings, hooks, MCP servers and instruction files of the repository are the agent's own to write: none is loaded (S19).
    ...["--setting-sources", "user", "--strict-mcp-config"],
    ...["--permission-mode", spec.readOnly ? "dontAsk" : "bypassPermissions"],
    ...(spec.questions === null ? [] : questionFlags),
    ...option("--append-system-prompt-file", spec.instructions === "" ? null : join(spec.folder, "instructions.md")),
    ...option("--max-turns", spec.isScreen ? null : spec.maxTurns),
    ...option("--max-budget-usd", spec.isScreen ? null : spec.maxBudgetUsd),
  ];
  return {
    argv,
    env: {
      ...agentEnvironment({
        operator: spec.operator,
        home,
        configDir: own ? null : configDir,
        tmpDir: spec.tmpDir,
        asRoot: spec.asRoot,
        maxRetries: spec.maxRetries,
        extra: spec.extraEnv,
      }),
      // Its own token Claude Code takes out of what its tools inherit. Its switch that takes out the clouds' as well
      // (CLAUDE_CODE_SUBPROCESS_ENV_SCRUB) also refuses to let the shell write into the worktree (2.1.197).
      ...(spec.login.kind === "environment" ? { ...spec.login.variables } : {}),
      ...(spec.login.kind === "key" ? { CLAUDE_CODE_API_KEY_HELPER_TTL_MS: String(keyTtlMs) } : {}),
    },
    files: {
      "settings.json": `${JSON.stringify(settingsFor(spec, hook?.hooks), null, 2)}\n`,
      ...hook?.files,
      ...(spec.instructions === "" ? {} : { "instructions.md": spec.instructions }),
    },
    configDir,
  };
}

/** The way to ask stays open where questions are: without it Claude would only guess. */
function toolsOf({ questions }: ClaudeSpec, tools: readonly string[]): string {
  return [...new Set(questions === null ? tools : [...tools, questionTool])].join(",");
}

/** Longer than any instance lives: its helper would find nothing a second time. */
const keyTtlMs = 30 * 24 * 60 * 60_000;

/** The first reader is always Claude Code itself: before its first request there is no answer, and so no tool. */
function takeOnce(file: string): string {
  return `cat ${quoted(file)} && : > ${quoted(file)}`;
}

function settingsFor(spec: ClaudeSpec, hooks: object | undefined): object {
  const login = spec.login;
  return {
    skipDangerousModePermissionPrompt: true,
    // A repository could switch our hooks off; saying it here wins.
    disableAllHooks: false,
    ...(hooks === undefined ? {} : { hooks }),
    enableAllProjectMcpServers: false,
    // What one task's agent noted down must not guide the next one's.
    autoMemoryEnabled: false,
    // Commit trailers are the runner's to write.
    includeCoAuthoredBy: false,
    attribution: { commit: "", pr: "" },
    permissions: {
      deny: [
        ...DENIED,
        ...REMOVED,
        ...(spec.readOnly ? WRITING : []),
        ...(spec.questions === null ? [] : removedWithQuestions),
        ...(login.kind === "key" ? [`Read(/${login.keyFile})`] : []),
        ...spec.deny,
      ],
    },
    ...(login.kind === "key" ? { apiKeyHelper: takeOnce(login.keyFile) } : {}),
  };
}
