import { renderLabel } from "../render/repositories.ts";
import type { Issue, Label, Repository, Sender } from "../state/nouns.ts";
import { invalid } from "../state/problem.ts";
import type { World } from "../state/world.ts";
import { note, tellIssue } from "./issues.ts";

const defaultColor = "ededed";

/** Adds a label to the repository; 422 `already_exists` as GitHub. */
export function createLabel(
  world: World,
  repository: Repository,
  sender: Sender,
  given: { name: string; color?: string; description?: string | null },
): Label {
  const key = given.name.toLowerCase();
  if (repository.labels.has(key)) throw invalid("Label", "name", "already_exists");
  const label: Label = {
    id: world.ids.next("label"),
    name: given.name,
    color: (given.color ?? defaultColor).replace(/^#/, ""),
    description: given.description ?? null,
    isDefault: false,
  };
  repository.labels.set(key, label);
  tellLabel(world, repository, sender, "created", label);
  return label;
}

export function tellLabel(world: World, repository: Repository, sender: Sender, action: string, label: Label): void {
  const parts = { label: renderLabel(world.links, repository, label) };
  world.happen({ repository, event: "label", action, sender, parts });
}

/** The repository's label of this name, made when there is none, as GitHub does. */
export function labelNamed(world: World, repository: Repository, sender: Sender, name: string): Label {
  return repository.labels.get(name.toLowerCase()) ?? createLabel(world, repository, sender, { name });
}

/** Puts labels on an issue; unknown ones are made first, ones that are there already change nothing. */
export function addLabels(
  world: World,
  repository: Repository,
  issue: Issue,
  sender: Sender,
  names: readonly string[],
): void {
  for (const name of names) {
    const label = labelNamed(world, repository, sender, name);
    if (issue.labels.includes(label)) continue;
    issue.labels.push(label);
    note(world, issue, sender, "labeled", { label });
    tellIssue(world, repository, issue, sender, "labeled", { label: renderLabel(world.links, repository, label) });
  }
}

/** Takes one label off; false when the issue does not have it. */
export function removeLabel(world: World, repository: Repository, issue: Issue, sender: Sender, name: string): boolean {
  const label = issue.labels.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!label) return false;
  issue.labels = issue.labels.filter((one) => one !== label);
  note(world, issue, sender, "unlabeled", { label });
  tellIssue(world, repository, issue, sender, "unlabeled", { label: renderLabel(world.links, repository, label) });
  return true;
}

/** Makes the issue's labels exactly these. */
export function setLabels(
  world: World,
  repository: Repository,
  issue: Issue,
  sender: Sender,
  names: readonly string[],
): void {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  for (const label of [...issue.labels]) {
    if (!wanted.has(label.name.toLowerCase())) removeLabel(world, repository, issue, sender, label.name);
  }
  addLabels(world, repository, issue, sender, names);
}
