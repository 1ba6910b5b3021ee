import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readMetadata } from "./metadata.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export type JobResult = {
  code: number | null;
  /** As people see it, with what was masked as `***`. */
  log: string;
  /** All that the job has printed, as GitHub's runner gets it. */
  printed: string;
  outputs: Record<string, string>;
  /** What the file holds that the output `report-file` names; null where there is none. */
  report: unknown;
  summary: string;
  /** `::error::` and the like, in order. */
  annotations: { kind: string; text: string }[];
};

export type Job = { child: ChildProcess; folder: string; log: () => string; result: Promise<JobResult> };

/**
 * Runs the Action as GitHub does: the entry that action.yml names, with Node 24, in a checkout that has nothing but the
 * committed files, with a runner's variables and files, and the inputs in the environment.
 * @param bundle the folder that holds the built Action
 */
export function startJob(of: {
  bundle: string;
  with: Record<string, string>;
  env: Record<string, string>;
  path?: string;
}): Job {
  const folder = mkdtempSync(join(tmpdir(), "cco-job-"));
  const action = join(folder, "_actions");
  const metadata = readMetadata();
  mkdirSync(join(action, "dist"), { recursive: true });
  copyFileSync(join(root, "action.yml"), join(action, "action.yml"));
  cpSync(of.bundle, join(action, "dist/action"), { recursive: true });
  const file = (name: string) => {
    const path = join(folder, name);
    writeFileSync(path, "");
    return path;
  };
  const files = {
    GITHUB_OUTPUT: file("output"),
    GITHUB_STEP_SUMMARY: file("summary"),
    GITHUB_ENV: file("env"),
    GITHUB_PATH: file("path"),
    GITHUB_STATE: file("state"),
  };
  for (const name of ["temp", "work", "home"]) mkdirSync(join(folder, name));
  const inputs = Object.entries(metadata.inputs).map(([name, { default: usual }]) => [
    `INPUT_${name.toUpperCase()}`,
    of.with[name] ?? usual?.replace(/^\$\{\{.*\}\}$/, "") ?? "",
  ]);
  const env: Record<string, string> = {
    PATH: of.path ?? process.env.PATH ?? "",
    HOME: join(folder, "home"),
    LANG: "C.UTF-8",
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_RUN_ID: String(Math.floor(Math.random() * 1e9)),
    RUNNER_TEMP: join(folder, "temp"),
    RUNNER_OS: "Linux",
    ...files,
    ...Object.fromEntries(inputs),
    ...of.env,
  };
  const child = spawn(process.execPath, [join(action, metadata.runs.main)], {
    cwd: join(folder, "work"),
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      printed += chunk.toString("utf8");
    });
  const result = new Promise<JobResult>((resolve) => {
    child.once("close", (code) => {
      const outputs = Object.fromEntries(
        Array.from(readFileSync(files.GITHUB_OUTPUT, "utf8").matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm), (one) => [
          one[1] ?? "",
          one[3] ?? "",
        ]),
      );
      const { "report-file": reportFile } = outputs;
      const report: unknown = reportFile === undefined ? null : JSON.parse(readFileSync(reportFile, "utf8"));
      const log = masked(printed);
      const annotations = Array.from(log.matchAll(/^::(error|warning|notice)[^:\n]*::(.*)$/gm), (one) => ({
        kind: one[1] ?? "",
        text: one[2] ?? "",
      }));
      const summary = readFileSync(files.GITHUB_STEP_SUMMARY, "utf8");
      rmSync(folder, { recursive: true, force: true });
      resolve({ code, log, printed, outputs, report, summary, annotations });
    });
  });
  return { child, folder, log: () => masked(printed), result };
}

const mask = /^::add-mask::(.*)$/;

/**
 * What GitHub shows of what a job has printed: a command that masks is not shown, and from then on its value nowhere.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#masking-a-value-in-a-log
 */
export function masked(printed: string): string {
  const secrets: string[] = [];
  const lines = printed.split("\n").flatMap((line) => {
    const [, secret] = mask.exec(line) ?? [];
    if (secret === undefined) return [secrets.reduce((shown, one) => shown.replaceAll(one, "***"), line)];
    const value = secret.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
    if (value !== "") secrets.push(value);
    return [];
  });
  return lines.join("\n");
}

/** What a job has printed besides what is to be masked: nothing of that may be in it, whatever GitHub would hide. */
export function besidesMasks(printed: string): string {
  return printed
    .split("\n")
    .filter((line) => !mask.test(line))
    .join("\n");
}

/**
 * Cancels a job as GitHub does: SIGINT, SIGTERM 7.5 s later, and the end of everything 2.5 s after that.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
 */
export async function cancelAsGitHub({ child, result }: Job): Promise<{ wasKilled: boolean; tookMs: number }> {
  const asked = performance.now();
  const timers = (
    [
      ["SIGTERM", 7_500],
      ["SIGKILL", 10_000],
    ] as const
  ).map(([signal, ms]) => setTimeout(() => child.kill(signal), ms));
  child.kill("SIGINT");
  await result;
  for (const timer of timers) clearTimeout(timer);
  return { wasKilled: child.signalCode !== null, tookMs: performance.now() - asked };
}
