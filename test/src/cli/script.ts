/** Transcripts of the command line, as gh's acceptance tests have them: a script, and all that comes of it. */
import { EventEmitter, once } from "node:events";
import { userInfo } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { runCommandLine } from "#cli/run.ts";
import { routes } from "#protocol/routes.ts";
import type { Asked } from "./server.ts";

/** One command line of a script. */
export type Step = {
  line: string;
  args: string[];
  stdin: string;
  /** What it is interrupted after, for those that never end by themselves. */
  until: string | null;
  /** It goes on while the next lines are run, from when it has said this. */
  besides: string | null;
};
export type Outcome = { code: number | undefined; out: string; err: string };
/** `isProgram`: each line is a process of its own, not only those that have to be. */
export type Place = { folder: string; env: Readonly<Record<string, string>>; isProgram?: boolean };

const program = join(import.meta.dirname, "../../../src/cli/main.ts");

/** The command lines of a script: `$ cco task say TASK-12 "Hello"`. */
export function stepsIn(text: string): Step[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("$ cco"))
    .map(stepOf);
}

/**
 * `<<< words` are typed on stdin, `^C words` interrupts it when it has printed them; with `& words` the next line is run
 * when it has said them.
 */
function stepOf(line: string): Step {
  const [, command = "", how, words = ""] = /^\$ cco ?(.*?)(?: (<<<|\^C|&) (.+))?$/.exec(line) ?? [];
  const args = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  const after = (sign: string) => (how === sign ? words : null);
  return { line, args, stdin: after("<<<") ?? "", until: after("^C"), besides: after("&") };
}

/** Runs one step without a terminal, to its end. */
export async function run(step: Step, place: Place): Promise<Outcome> {
  if (step.until !== null || step.besides !== null || place.isProgram === true) return begin(step, place).ended;
  const written = { out: "", err: "" };
  const sink = (name: "out" | "err") => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const code = await runCommandLine(step.args, {
    env: place.env,
    folder: place.folder,
    stdout: sink("out"),
    stderr: sink("err"),
    readStdin: () => step.stdin,
    signals: new EventEmitter(),
    exit: (ended) => {
      throw new Error(`The command line ended its process with ${ended}.`);
    },
  });
  return { code, ...written };
}

export type Begun = {
  /** Resolves when it has said what the next line waits for, or has ended. */
  said: Promise<unknown>;
  ended: Promise<Outcome>;
};

/** Runs one step as a process of its own. */
export function begin({ args, until, besides, stdin }: Step, { folder, env }: Place): Begun {
  const options = { cwd: folder, env, extendEnv: false, reject: false, input: stdin, timeout: 20_000 } as const;
  const child = execa(process.execPath, [program, ...args], { ...options, stripFinalNewline: false });
  const words = until ?? besides;
  const heard = new EventEmitter();
  const said = words === null ? child : Promise.race([once(heard, "said"), child]);
  if (words !== null)
    for (const stream of [child.stdout, child.stderr]) {
      let seen = "";
      const look = (chunk: Buffer) => {
        seen += String(chunk);
        if (!seen.includes(words)) return;
        // Once: a second signal would meet a program that is on its way out.
        stream.off("data", look);
        heard.emit("said");
        if (until !== null) child.kill("SIGINT");
      };
      stream.on("data", look);
    }
  const ended = child.then(({ exitCode, stdout, stderr }) => {
    // What was told while the signal was on its way is another matter.
    const at = until === null ? -1 : stdout.indexOf(until);
    const end = at < 0 ? stdout.length : stdout.indexOf("\n", at) + 1;
    return { code: exitCode, out: stdout.slice(0, end), err: stderr };
  });
  return { said, ended };
}

/** What a person would have seen: stdout as it is, stderr behind `!`, and the exit code; what was changed behind `>`. */
export function written({ line, besides }: Step, { code, out, err }: Outcome, changes: readonly string[]): string {
  // How far one that goes on has come at its end is a matter of moments.
  if (besides !== null) return `${line}\n! ${err.split("\n").find((one) => one.includes(besides)) ?? err}\n`;
  const talk = err === "" ? "" : `${err.trimEnd().replace(/^/gm, "! ")}\n`;
  const changed = changes.map((change) => `> ${change}\n`).join("");
  return `${line}\n${changed}${out}${talk}[${code}]\n`;
}

/** What the control plane was asked to change: `sayToTask TASK-12 {"by":"me","text":"Hello"}`. */
export function changesIn(asked: readonly Asked[]): string[] {
  const isChange = ({ name }: Asked) => routes[name].method === "POST" && routes[name].audience !== "runner";
  const me = JSON.stringify(userInfo().username);
  return asked.filter(isChange).map(({ name, params, body }) => {
    const said = JSON.stringify(body ?? {}).replace(`"by":${me}`, '"by":"me"');
    return [name, ...Object.values(params), said].join(" ");
  });
}
