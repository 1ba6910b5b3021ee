/** Is Claude Code there, and new enough? Asked before a runner takes work. */
import { execFile } from "node:child_process";
import { oneLine } from "./text.ts";

/** Older versions let a repository's settings run code or send the key away before anybody trusted it (fixed in 2.1.128). */
export const MINIMUM_VERSION = "2.1.128";

export type ClaudeCheck =
  | { readonly version: string }
  | {
      readonly problem: {
        readonly reason: "claude_missing" | "claude_too_old" | "claude_incompatible";
        readonly sentence: string;
        readonly advice: string;
      };
    };

export interface CheckSpec {
  /** The program: `claude`, or a path to it. */
  readonly program: string;
  /** Its whole environment; `PATH` finds the program. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

const INSTALL = "Install Claude Code (`npm install -g @anthropic-ai/claude-code`) or tell the runner where it is.";

/** Asks the program for its version. Never throws: what is wrong is in the answer. */
export async function checkClaude({ program, env = process.env, timeoutMs = 20_000 }: CheckSpec): Promise<ClaudeCheck> {
  const answer = await ask(program, env, timeoutMs);
  if (answer.error !== null) {
    const sentence = `\`${program} --version\` could not be run: ${answer.error}.`;
    return { problem: { reason: "claude_missing", sentence, advice: INSTALL } };
  }
  const version = /^(\d+\.\d+\.\d+)\S* \(Claude Code\)/.exec(answer.stdout)?.[1];
  if (version === undefined) {
    const sentence = `\`${program} --version\` answered "${oneLine(answer.stdout, 80)}", which is not Claude Code.`;
    return { problem: { reason: "claude_incompatible", sentence, advice: INSTALL } };
  }
  if (isOlder(version, MINIMUM_VERSION)) {
    const sentence = `Claude Code ${version} is too old: ${MINIMUM_VERSION} is the first one that is safe to run unattended.`;
    return { problem: { reason: "claude_too_old", sentence, advice: "Update it with `claude update`." } };
  }
  return { version };
}

/** Compares two versions of three numbers. */
export function isOlder(version: string, than: string): boolean {
  const wanted = than.split(".").map(Number);
  for (const [at, part] of version.split(".").map(Number).entries()) {
    const difference = part - (wanted[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function ask(program: string, env: NonNullable<CheckSpec["env"]>, timeout: number) {
  return new Promise<{ stdout: string; error: string | null }>((resolve) => {
    const options = { env, timeout, killSignal: "SIGKILL", maxBuffer: 64 * 1024, windowsHide: true } as const;
    execFile(program, ["--version"], options, (error, stdout) => {
      if (error === null) return resolve({ stdout, error: null });
      const why = error.killed === true ? `no answer in ${timeout / 1000} s` : String(error.code ?? error.signal ?? "");
      resolve({ stdout, error: why === "ENOENT" ? "there is no such program" : why });
    });
  });
}
