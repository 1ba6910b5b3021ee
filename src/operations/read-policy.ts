import { type PolicyProblem, parsePolicyFile, renderPolicyProblem } from "#domain/policy-file.ts";
import type { RepositoryRef } from "#domain/task.ts";
import { defaultPolicy, type Policy } from "#protocol/policy.ts";
import type { World } from "./ports/world.ts";

export type PolicyNow = {
  /** The policy in force; null when the file is broken and there never was a good one. */
  policy: Policy | null;
  problem: PolicyProblem | null;
};

/** Reads the repository's policy file afresh; a broken one leaves the last good one in force. */
export async function readPolicy(world: World, repository: RepositoryRef): Promise<PolicyNow> {
  const text = (await world.github.policyText(repository)) ?? "";
  const known = world.store.policies.get(repository.id);
  if (known?.text === text) {
    world.store.policies.judge(repository, null);
    return { policy: known.policy, problem: null };
  }
  const parsed = text.trim() === "" ? { policy: defaultPolicy } : parsePolicyFile(text);
  if ("problem" in parsed) {
    world.store.policies.judge(repository, renderPolicyProblem(parsed.problem));
    return { policy: known?.policy ?? null, problem: parsed.problem };
  }
  world.store.transaction(() => {
    world.store.policies.put({ repositoryId: repository.id, text, policy: parsed.policy });
    world.store.policies.judge(repository, null);
  });
  return { policy: parsed.policy, problem: null };
}

/** The issue labels that start work there, as far as they are known without asking GitHub; the first is the usual one. */
export function knownTriggerLabels(world: World, repository: RepositoryRef): string[] | null {
  const policy = world.store.policies.get(repository.id)?.policy;
  return policy === undefined ? null : [policy.label, policy.plan_label];
}
