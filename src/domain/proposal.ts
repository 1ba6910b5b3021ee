import type { PullRequest } from "#protocol/task.ts";

/**
 * The pull request that a person has opened of the branch of a task of this machine. It is theirs: it is followed where
 * GitHub can be asked, and nothing is ever written to it.
 */
export type Proposal = PullRequest & {
  /** `owner/name`, where it is on GitHub. */
  repository: string;
  closedBy: string | null;
  /** The newest run when it was merged or closed: what begins later goes on from there. Null while it is open. */
  endedAfter: number | null;
};

/** Whether it is this one; GitHub's names are the same in capitals. */
export function isProposal(one: Proposal, repository: string, number: number): boolean {
  return one.number === number && isIn(one, repository);
}

export function isIn({ repository }: Proposal, name: string): boolean {
  return repository.toLowerCase() === name.toLowerCase();
}
