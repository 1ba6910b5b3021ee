import { renderIssue } from "../render/issues.ts";
import { renderRepository } from "../render/repositories.ts";
import { type Issue, isPull, type Repository, type Sender } from "../state/nouns.ts";
import { invalid } from "../state/problem.ts";
import type { World } from "../state/world.ts";

/** `issue` cannot be begun before `blocker` is closed. */
export function addBlocker(world: World, repository: Repository, issue: Issue, blocker: Issue, sender: Sender): void {
  if (blocker === issue || isPull(blocker)) throw invalid("IssueDependency", "issue_id", "invalid");
  if (issue.blockedBy.includes(blocker)) return;
  issue.blockedBy.push(blocker);
  tellBlocker(world, repository, { issue, blocker, sender }, "blocked_by_added");
}

export function removeBlocker(
  world: World,
  repository: Repository,
  issue: Issue,
  blocker: Issue,
  sender: Sender,
): void {
  issue.blockedBy = issue.blockedBy.filter((one) => one !== blocker);
  tellBlocker(world, repository, { issue, blocker, sender }, "blocked_by_removed");
}

function tellBlocker(
  world: World,
  repository: Repository,
  { issue, blocker, sender }: { issue: Issue; blocker: Issue; sender: Sender },
  action: string,
): void {
  issue.updatedAt = world.now();
  const parts = {
    blocked_issue_id: issue.id,
    blocked_issue: renderIssue(world, repository, issue),
    blocking_issue_id: blocker.id,
    blocking_issue: renderIssue(world, repository, blocker),
  };
  world.happen({ repository, event: "issue_dependencies", action, sender, parts });
}

/** `child` becomes a part of `parent`. */
export function addChild(world: World, repository: Repository, parent: Issue, child: Issue, sender: Sender): void {
  if (child === parent || isPull(child)) throw invalid("SubIssue", "sub_issue_id", "invalid");
  if (parent.children.includes(child)) return;
  parent.children.push(child);
  parent.updatedAt = world.now();
  const parts = {
    sub_issue_id: child.id,
    sub_issue: renderIssue(world, repository, child),
    sub_issue_repo: renderRepository(world.links, repository),
    parent_issue_id: parent.id,
    parent_issue: renderIssue(world, repository, parent),
  };
  world.happen({ repository, event: "sub_issues", action: "sub_issue_added", sender, parts });
}
