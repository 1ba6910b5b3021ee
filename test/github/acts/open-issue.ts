import { renderLabel } from "../render/repositories.ts";
import { renderUser } from "../render/users.ts";
import type { Issue, Repository, Sender, User } from "../state/nouns.ts";
import type { World } from "../state/world.ts";
import { checkBody, checkTitle, newIssue, note, tellIssue } from "./issues.ts";
import { labelNamed } from "./labels.ts";

/**
 * Opens an issue. As at GitHub, `opened` already carries the labels and assignees that it was opened with, and a
 * `labeled` or `assigned` follows for each of them.
 */
export function openIssue(
  world: World,
  repository: Repository,
  sender: Sender,
  given: { title: string; body: string | null; labels: readonly string[]; assignees: readonly User[] },
): Issue {
  checkTitle("Issue", given.title);
  checkBody("Issue", given.body);
  const issue = newIssue(world, repository, sender, given);
  repository.issues.set(issue.number, issue);
  issue.labels = [...new Set(given.labels.map((name) => labelNamed(world, repository, sender, name)))];
  issue.assignees = [...new Set(given.assignees)];
  tellIssue(world, repository, issue, sender, "opened");
  for (const label of issue.labels) {
    note(world, issue, sender, "labeled", { label });
    tellIssue(world, repository, issue, sender, "labeled", { label: renderLabel(world.links, repository, label) });
  }
  for (const assignee of issue.assignees) {
    note(world, issue, sender, "assigned", { assignee });
    tellIssue(world, repository, issue, sender, "assigned", { assignee: renderUser(world.links, assignee) });
  }
  return issue;
}
