/**
 * Everything in one job: reads the event that started it, takes the issue's turn, works with an embedded control plane and
 * one runner until nothing more can be done now, and leaves what the next job of the issue needs.
 */
import { randomUUID } from "node:crypto";
import { warning } from "@actions/core";
import { parsePolicyFile } from "#domain/policy-file.ts";
import { taskMarker, taskNamedIn } from "#domain/surfaces/marker.ts";
import type { RepositoryRef } from "#domain/task.ts";
import { GitHubRefusedError, TokenRefusedError } from "#operations/ports/github.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import { InputError } from "../input-names.ts";
import type { StandaloneInputs } from "../inputs.ts";
import type { JobPlace } from "../job.ts";
import { policyTextWith } from "../policy-inputs.ts";
import { tellNothing } from "../report.ts";
import { openRefs } from "../state/refs.ts";
import { openKeys } from "../state/sealed.ts";
import { openTurns, type Turns } from "../state/turn.ts";
import { dryRun } from "./dry-run.ts";
import { type Asked, askedBy, isOfRest, isOurs, readEvent } from "./event.ts";
import { type GitHubWay, openGitHubWay } from "./github-way.ts";
import { openJobLog } from "./job-log.ts";
import { operatorOf, type Shop, workOnIssue } from "./work-on-issue.ts";

/** @throws whatever makes it impossible to begin; the message says what to do */
export async function runStandalone(inputs: StandaloneInputs, job: JobPlace): Promise<void> {
  const log = openJobLog();
  const event = readEvent(job);
  const way = await openGitHubWay(inputs, job, log);
  try {
    const repository = await way.github.find(job.repository).catch((error: unknown) => {
      throw notFound(error, inputs);
    });
    await expectPolicyFile(inputs, way, repository);
    const asked = askedBy(event, { job, repository, issue: inputs.issue, now: Date.now() });
    if (asked.kind === "nothing") return tellNothing(asked.why);
    const turns = await turnsOf(inputs, job, way, repository);
    const shop: Shop = { inputs, job, log, way, repository, turns: turns.turns, keys: turns.keys };
    const issues = await issuesOf(shop, asked);
    if (issues.length === 0) return tellNothing("There is nothing to do for this event.");
    for (const issue of issues) {
      if (inputs.isDryRun) await dryRun(shop, issue, asked, await shop.turns.look(issue));
      else await workOnIssue(shop, issue, asked);
    }
  } finally {
    await way.close();
  }
}

/** One that was named and is not there would leave the repository with no rules of its own. */
async function expectPolicyFile(
  { policy }: StandaloneInputs,
  way: GitHubWay,
  repository: RepositoryRef,
): Promise<void> {
  const { file } = policy;
  if (file !== null && (await way.github.policyText(repository, file)) === null)
    throw new InputError("policy-file", `there is no ${file} on the default branch`);
}

/** What GitHub's first answer says about what it was asked with. */
function notFound(error: unknown, { github }: StandaloneInputs): unknown {
  if (error instanceof TokenRefusedError)
    return new InputError(
      "github-token",
      "GitHub does not take it (401): it is over, or no token. Left out, the workflow's own is used",
    );
  if (github.kind !== "app" || !(error instanceof GitHubRefusedError)) return error;
  if (error.status === 401) return new InputError("app-key", "GitHub does not take it (401): it is not that App's key");
  if (error.status === 404)
    return new InputError("app-id", "there is no such App, or it is not installed on this repository (404)");
  return error;
}

async function turnsOf(inputs: StandaloneInputs, job: JobPlace, way: GitHubWay, repository: RepositoryRef) {
  const { cloneUrl } = await way.github.repository(repository);
  const refs = await openRefs({
    url: cloneUrl,
    folder: `${job.folder}/turns`,
    credential: async () => {
      const { username, password } = await way.github.credential(repository, "write");
      return { username, password: () => password };
    },
  });
  const keys = inputs.stateSecret === null ? null : openKeys(inputs.stateSecret, repository.id);
  if (keys === null)
    warning(
      "Without `state-key` nothing is kept between jobs: what goes on later starts without Claude's conversation.",
    );
  // Several jobs of one workflow run are several: each takes turns by itself.
  const name = `run ${job.runId}, attempt ${job.attempt}, job ${randomUUID().slice(0, 8)}`;
  return { keys, turns: openTurns({ refs, keys, job: name, clock: () => Date.now() }) };
}

/** Which issues this job is about. Of those that nothing was begun for, only what may begin something. */
async function issuesOf(shop: Shop, asked: Exclude<Asked, { kind: "nothing" }>): Promise<number[]> {
  if (asked.kind === "take_up") return [asked.issue];
  const known = await shop.turns.issues();
  if (asked.kind === "look") {
    const listed = await shop.way.github.labelledIssues(shop.repository, await labelOf(shop));
    const untouched = listed.filter(({ labels }) => !labels.some(isOfRest));
    return [...new Set([...known.keys(), ...untouched.map(({ number }) => number)])].sort((a, b) => a - b);
  }
  const { happening } = asked.delivery;
  if (happening?.kind === "issue_labelled" && isOurs(happening.label)) return [];
  if (asked.issue !== null) {
    const isKnown = known.has(asked.issue);
    if (!isKnown && happening?.kind === "issue_labelled" && !(await isTrigger(shop, happening.label))) return [];
    return isKnown || asked.begins ? [asked.issue] : [];
  }
  const pulls = asked.pulls.length > 0 ? asked.pulls : await pullsOf(shop, asked.branch, known);
  if (asked.pulls.length === 0 && asked.branch === null)
    return [...known].flatMap(([issue, pull]) => (pull === null ? [] : [issue]));
  const found = [...known].flatMap(([issue, pull]) => (pull !== null && pulls.includes(pull) ? [issue] : []));
  return found.length > 0 ? found : await issueOfLost(shop, asked);
}

/** Nothing is kept of a pull request of ours: its own text says which issue it is of, and that it is ours. */
async function issueOfLost(shop: Shop, { pull }: Extract<Asked, { kind: "told" }>): Promise<number[]> {
  const issue = pull === null ? null : taskNamedIn(pull.body);
  if (pull === null || issue === null) return [];
  const { repository } = shop;
  const marker = taskMarker(
    { id: issue, repository, issue: { number: issue } },
    "pull_request",
    operatorOf(shop).markerKey,
  );
  // Anybody can copy the marker, but not into a pull request of a branch of this repository. With another key than before
  // nobody can tell the signature; then the author has to be us.
  const isSigned = pull.body.includes(marker) && pull.branch !== null;
  const isOurs = isSigned || pull.author === (await shop.way.github.whoAmI());
  return isOurs ? [issue] : [];
}

async function pullsOf(
  shop: Shop,
  branch: string | null,
  known: Awaited<ReturnType<Turns["issues"]>>,
): Promise<number[]> {
  if (branch === null || known.size === 0) return [];
  const pull = await shop.way.github.findPullRequest(shop.repository, branch);
  return pull === null ? [] : [pull.number];
}

async function policyOf({ way, repository, inputs }: Shop) {
  const { file } = inputs.policy;
  const text = await way.github.policyText(repository, ...(file === null ? [] : [file]));
  const parsed = parsePolicyFile(policyTextWith(text, inputs.policy) ?? "");
  return "policy" in parsed ? parsed.policy : null;
}

async function labelOf(shop: Shop): Promise<string> {
  return (await policyOf(shop))?.label ?? defaultPolicy.label;
}

/** A broken policy is told on the issue, whatever the label is. */
async function isTrigger(shop: Shop, label: string): Promise<boolean> {
  const policy = await policyOf(shop);
  return policy === null || [policy.label, policy.plan_label].includes(label);
}
