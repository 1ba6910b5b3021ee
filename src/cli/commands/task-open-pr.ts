import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Command } from "commander";
import type { Task } from "#protocol/task.ts";
import { placeOf } from "../branch-place.ts";
import { originOf } from "../checkout.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { FailedError } from "../errors.ts";
import { askGitHub, gitOrigin, personalToken } from "../github-api.ts";
import { taskName } from "../names.ts";
import { plainLine } from "../plain.ts";

type Options = ClientFlags & OutputFlags & { ready?: true };

const exec = promisify(execFile);
const pushMs = 10 * 60_000;

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<task>", "its name, as TASK-12")
    .option("--ready", "not as a draft")
    .addHelpText(
      "after",
      "\nFor work on this machine's own repositories: pushes its branch to origin with your git,\nand opens the pull request with your token (init --token, GITHUB_TOKEN, or gh auth login).",
    )
    .action((task: string, options: Options) => run(context, task, options));
}

async function run(context: Context, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const { call } = await context.connect(options);
  const { task } = await call("showTask", { params: { task: name } });
  const url = task.pullRequest?.url ?? (await opened(context, task, options.ready !== true));
  if (options.json) return context.printJson({ task: name, url });
  context.print(`${url}\n`);
}

async function opened(context: Context, task: Task, draft: boolean): Promise<string> {
  const { folder, branch } = await placeOf(task, context);
  const repository = await originOf(folder);
  if (repository === null)
    throw new FailedError(`${folder} was not cloned from GitHub.`, "Add where it lies there: git remote add origin …");
  await push(context, { folder, branch, token: await personalToken(context) });
  const [owner = ""] = repository.split("/");
  const wanted = {
    title: task.title,
    head: branch,
    base: task.base ?? "main",
    body: task.runs.at(-1)?.summary ?? task.title,
    draft,
  };
  const { status, answer } = await askGitHub(context, "POST", `/repos/${repository}/pulls`, wanted);
  if (status !== 422) return addressIn(answer);
  // It may be there from an earlier time.
  const head = encodeURIComponent(`${owner}:${branch}`);
  const there = (await askGitHub(context, "GET", `/repos/${repository}/pulls?head=${head}&state=open`)).answer;
  if (Array.isArray(there) && there.length > 0) return addressIn(there[0]);
  const { message, errors } = answer as { message?: string; errors?: { message?: string }[] };
  const why = errors?.flatMap((one) => one.message ?? []).join("; ") || message || "without a word";
  throw new FailedError(`GitHub did not take the pull request: ${plainLine(why)}`, `Its branch ${branch} is pushed.`);
}

/** Asked after the person's own helpers, for origins over https; the token stays in git's environment. */
const credentialFunction = `!f() { test "$1" = get && printf 'username=x-access-token\\npassword=%s\\n' "$CCO_PUSH_TOKEN"; }; f`;

type Pushed = { folder: string; branch: string; token: string | null };

async function push(context: Context, { folder, branch, token }: Pushed): Promise<void> {
  const helper = token === null ? [] : ["-c", `credential.${await gitOrigin(context)}.helper=${credentialFunction}`];
  const refs = `refs/heads/${branch}:refs/heads/${branch}`;
  try {
    await exec("git", [...helper, "push", "--quiet", "origin", "--", refs], {
      cwd: folder,
      env: { ...process.env, ...(token === null ? {} : { CCO_PUSH_TOKEN: token }) },
      timeout: pushMs,
    });
  } catch (error) {
    const said =
      error instanceof Error && "stderr" in error ? String(error.stderr).trim().split("\n").at(-1) : undefined;
    throw new FailedError(
      `The branch ${branch} could not be pushed: ${plainLine(said ?? String(error))}`,
      `Try it by hand: git push origin ${branch}`,
    );
  }
}

function addressIn(answer: unknown): string {
  const url = (answer as { html_url?: unknown } | null)?.html_url;
  if (typeof url === "string" && /^https?:\/\//.test(url)) return plainLine(url);
  throw new FailedError(
    "GitHub's answer holds no address of a pull request.",
    "Look at the repository's pull requests.",
  );
}
