import type { RepositoryRef } from "#domain/task.ts";
import type { GitHub } from "#operations/ports/github.ts";
import { type PolicyInputs, policyTextWith } from "../policy-inputs.ts";
import { isOfRest } from "./event.ts";

/**
 * GitHub as a job of one issue sees it: jobs of other issues look after those. What the workflow says of the policy counts
 * as if it stood in the file.
 * @param of.issue null shows all of them
 */
export function oneIssueOf(
  github: GitHub,
  of: {
    repository: RepositoryRef;
    issue: number | null;
    policy: PolicyInputs;
    at: number;
    /** Whether the job knows the issue's task, and so can tell an old wish from a new one. */
    isKnown: () => boolean;
  },
): GitHub {
  const { repository, issue, policy } = of;
  return {
    ...github,
    // Since the job began the policy may be another one: it is read once in each.
    repositories: async () => [{ ...repository, pushedAt: of.at }],
    failedDeliveries: async () => [],
    policyText: async (ref) =>
      policyTextWith(await github.policyText(ref, ...(policy.file === null ? [] : [policy.file])), policy),
    labelledIssues: async (ref, label) => {
      const all = (await github.labelledIssues(ref, label)).filter((one) => issue === null || one.number === issue);
      return of.isKnown() ? all : all.filter(({ labels }) => !labels.some(isOfRest));
    },
  };
}
