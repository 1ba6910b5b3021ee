/** Transcripts of the command line, as gh's acceptance tests have them: a script, and all that comes of it. */
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { execa } from "execa";
import { runCommandLine } from "#cli/run.ts";

/** One command line of a script. `until` is what it is interrupted after, for those that never end by themselves. */
export type Step = { line: string; args: string[]; stdin: string; until: string | null };
export type Outcome = { code: number | undefined; out: string; err: string };
export type Place = { folder: string; env: Readonly<Record<string, string>> };

const program = join(import.meta.dirname, "../../../src/cli/main.ts");

/** The command lines of a script: `$ cco task say TASK-12 "Hello"`. */
export function stepsIn(text: string): Step[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("$ cco"))
    .map(stepOf);
}

/** `<<< words` are typed on stdin, `^C words` interrupts it when it has printed them. */
function stepOf(line: string): Step {
  const [, command = "", how, words = ""] = /^\$ cco ?(.*?)(?: (<<<|\^C) (.+))?$/.exec(line) ?? [];
  const args = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  return { line, args, stdin: how === "<<<" ? words : "", until: how === "^C" ? words : null };
}

/** Runs one step without a terminal. */
export async function run({ args, stdin, until }: Step, { folder, env }: Place): Promise<Outcome> {
  if (until !== null) return interrupted(args, until, { folder, env });
  const written = { out: "", err: "" };
  const sink = (name: "out" | "err") => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const code = await runCommandLine(args, {
    env,
    folder,
    stdout: sink("out"),
    stderr: sink("err"),
    readStdin: () => stdin,
    signals: new EventEmitter(),
    exit: (ended) => {
      throw new Error(`The command line ended its process with ${ended}.`);
    },
  });
  return { code, ...written };
}

async function interrupted(args: readonly string[], until: string, { folder, env }: Place): Promise<Outcome> {
  const options = { cwd: folder, env, extendEnv: false, reject: false, stdin: "ignore", timeout: 20_000 } as const;
  const child = execa(process.execPath, [program, ...args], { ...options, stripFinalNewline: false });
  let seen = "";
  const look = (chunk: Buffer) => {
    seen += String(chunk);
    if (!seen.includes(until)) return;
    // Once: a second signal would meet a program that is on its way out.
    child.stdout.off("data", look);
    child.kill("SIGINT");
  };
  child.stdout.on("data", look);
  const { exitCode, stdout, stderr } = await child;
  // What was told while the signal was on its way is another matter.
  const end = stdout.indexOf("\n", stdout.indexOf(until)) + 1;
  return { code: exitCode, out: stdout.slice(0, end), err: stderr };
}

/** What a person would have seen: stdout as it is, stderr behind `!`, and the exit code. */
export function written({ line }: Step, { code, out, err }: Outcome): string {
  const talk = err === "" ? "" : `${err.trimEnd().replace(/^/gm, "! ")}\n`;
  return `${line}\n${out}${talk}[${code}]\n`;
}
