import { noLinks } from "#domain/links.ts";
import { localLabel, localRepository } from "#domain/local.ts";
import { parsePolicyFile } from "#domain/policy-file.ts";
import { taskName } from "#domain/task.ts";
import { branchName, isSafeBranchName } from "#protocol/branch-name.ts";
import type { LocalWish } from "#protocol/new-task.ts";
import { defaultPolicy, type Policy, policyPath } from "#protocol/policy.ts";
import type { Task } from "#protocol/task.ts";
import { insertTask } from "./insert-task.ts";
import { loadTask } from "./load-task.ts";
import { type Checkout, NoCheckoutError } from "./ports/checkouts.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import { showTask } from "./show-tasks.ts";
import { insertRun } from "./submit-task.ts";

/**
 * Somebody on this machine wants something done to a repository that lies on it. GitHub is not asked for anything; the
 * work becomes a branch of that repository.
 * @throws ProblemError 422 for a place, a branch or a policy that cannot be used
 */
export async function createLocalTask(world: World, wish: LocalWish): Promise<Task> {
  const checkout = await world.checkouts.look(wish.folder).catch((error: unknown) => {
    if (!(error instanceof NoCheckoutError)) throw error;
    throw refusal("no_checkout", error.message, error.advice);
  });
  const base = await baseOf(wish, checkout);
  const policy = await policyOf(wish, checkout, base);
  if (wish.branch !== undefined) await checkBranch(wish.branch, checkout);
  const id = world.store.transaction(() => insert(world, wish, checkout, policy));
  world.bell.task(id);
  world.bell.queue();
  return showTask(world, taskName(id));
}

function insert(world: World, wish: LocalWish, checkout: Checkout, policy: Policy): number {
  const { title, body = "", by: requestedBy, priority = "normal", branch = null } = wish;
  const snapshot = { title, body, comments: [], omittedComments: 0, takenAt: world.clock() };
  const place = { repository: localRepository(checkout), cloneUrl: checkout.folder, issue: null, links: noLinks };
  const task = insertTask(world, { ...place, snapshot, requestedBy, priority, policy }, branch);
  world.store.needs.add(
    task.id,
    (wish.needs ?? []).map((name) => loadTask(world, name).id),
  );
  if (wish.run === true) insertRun(world, task, []);
  return task.id;
}

async function baseOf({ base }: LocalWish, checkout: Checkout): Promise<string> {
  const wanted = base ?? checkout.branch;
  if (wanted === null)
    throw refusal("no_base", "No branch is checked out there.", "Check one out, or name the one to start from: --base");
  if (await checkout.hasBranch(wanted)) return wanted;
  throw refusal("no_base", `There is no branch ${wanted} in ${checkout.folder}.`, "Look at: git branch");
}

/** The repository's own policy, with what this wish says otherwise. Only runners of this machine may take it. */
async function policyOf(wish: LocalWish, checkout: Checkout, base: string): Promise<Policy> {
  const text = (await checkout.policyText(base)) ?? "";
  const parsed = text.trim() === "" ? { policy: defaultPolicy } : parsePolicyFile(text);
  if ("problem" in parsed)
    throw refusal("policy_broken", `${policyPath} cannot be used: ${parsed.problem.sentence}`, "Mend it there.");
  const { policy } = parsed;
  return {
    ...policy,
    base,
    runs_on: [localLabel],
    ...(wish.model === undefined ? {} : { model: wish.model }),
    ...(wish.plan === true ? { plan: "always" as const } : {}),
    limits: { ...policy.limits, ...(wish.usd === undefined ? {} : { usd: wish.usd }) },
  };
}

async function checkBranch(branch: string, checkout: Checkout): Promise<void> {
  if (!isSafeBranchName(branch)) {
    const near = branchName(branch.replace(/[{}]/g, "-"), { task: "task", issue: null, title: "" });
    throw refusal(
      "branch_name",
      `"${branch}" is no name that a branch gets here: letters, digits, "/", "-" and "_".`,
      `Write for example --branch ${near}`,
    );
  }
  if (await checkout.hasBranch(branch))
    throw refusal("branch_taken", `There is a branch ${branch} in ${checkout.folder} already.`, "Choose another name.");
}

function refusal(code: string, title: string, advice: string): ProblemError {
  return new ProblemError({ status: 422, code, title, advice });
}
