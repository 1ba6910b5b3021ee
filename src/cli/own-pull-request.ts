import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Task } from "#protocol/task.ts";
import { placeOf } from "./branch-place.ts";
import { originOf } from "./checkout.ts";
import type { Context } from "./context.ts";
import { FailedError } from "./errors.ts";
import { askGitHub, gitOrigin, personalToken } from "./github-api.ts";
import { plainLine } from "./plain.ts";

const exec = promisify(execFile);
const pushMs = 10 * 60_000;

/** A pull request as GitHub has it. `repository` is `owner/name`. */
export type Opened = { repository: string; number: number; url: string; draft: boolean; headSha: string | null };

/**
 * Pushes a task's branch with the person's own git, and opens its pull request with their token; one that is open gets
 * the new commits.
 */
export async function openOwn(context: Context, task: Task, draft: boolean): Promise<Opened> {
  const { folder, branch } = await placeOf(task, context);
  const repository = await originOf(folder);
  if (repository === null)
    throw new FailedError(`${folder} was not cloned from GitHub.`, "Add where it lies there: git remote add origin …");
  await push(context, { folder, branch, token: await personalToken(context) });
  const there = await openOf(context, repository, branch);
  if (there !== null) return there;
  const wanted = {
    title: task.title,
    head: branch,
    base: task.base ?? "main",
    body: task.runs.at(-1)?.summary ?? task.title,
    draft,
  };
  const { status, answer } = await askGitHub(context, "POST", `/repos/${repository}/pulls`, wanted);
  if (status !== 422) return openedIn(answer, repository);
  const { message, errors } = answer as { message?: string; errors?: { message?: string }[] };
  const why = errors?.flatMap((one) => one.message ?? []).join("; ") || message || "without a word";
  throw new FailedError(`GitHub did not take the pull request: ${plainLine(why)}`, `Its branch ${branch} is pushed.`);
}

/** It may be there from an earlier time. */
async function openOf(context: Context, repository: string, branch: string): Promise<Opened | null> {
  const [owner = ""] = repository.split("/");
  const head = encodeURIComponent(`${owner}:${branch}`);
  const { answer } = await askGitHub(context, "GET", `/repos/${repository}/pulls?head=${head}&state=open`);
  return Array.isArray(answer) && answer.length > 0 ? openedIn(answer[0], repository) : null;
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

function openedIn(answer: unknown, repository: string): Opened {
  const { html_url: url, number, draft, head } = (answer ?? {}) as Record<string, unknown>;
  const sha = (head as { sha?: unknown } | undefined)?.sha;
  if (typeof url === "string" && /^https?:\/\//.test(url) && typeof number === "number")
    return {
      ...{ repository, number, url: plainLine(url), draft: draft === true },
      headSha: typeof sha === "string" && /^[0-9a-f]{40}$/.test(sha) ? sha : null,
    };
  throw new FailedError(
    "GitHub's answer holds no address of a pull request.",
    "Look at the repository's pull requests.",
  );
}
