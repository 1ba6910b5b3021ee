import { type StateLabel, stateLabels } from "#domain/picture.ts";
import { isRefusal } from "./failure.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";

const stateNames: ReadonlySet<string> = new Set(Object.values(stateLabels).map((label) => label.name));

/**
 * Makes `label` the only state label on the issue. Only ours are added and removed one by one: replacing the whole set
 * would undo what somebody else sets at the same moment.
 * @param known names of labels whose definition is known to be in this repository; added to
 */
export async function showLabel(
  octokit: Octokit,
  place: Place,
  issue: number,
  label: StateLabel | null,
  before: StateLabel | null,
  known: Set<string>,
): Promise<void> {
  const onIssue = { ...place, issue_number: issue };
  let names: string[];
  if (label !== null) {
    await define(octokit, place, label, known);
    // The answer lists all labels of the issue, which spares a call to read them.
    const { data } = await octokit.rest.issues.addLabels({ ...onIssue, labels: [stateLabels[label].name] });
    names = data.map((one) => one.name);
  } else if (before !== null) {
    names = [stateLabels[before].name];
  } else {
    const { data } = await octokit.rest.issues.listLabelsOnIssue({ ...onIssue, per_page: 100 });
    names = data.map((one) => one.name);
  }
  const keep = label === null ? null : stateLabels[label].name;
  const waiting = new Set(names.filter((name) => stateNames.has(name) && name !== keep));
  for (const name of waiting) {
    const left = await remove(octokit, onIssue, name);
    for (const other of left) if (stateNames.has(other) && other !== keep && other !== name) waiting.add(other);
  }
}

/** @returns the labels that are left on the issue, as far as GitHub tells */
async function remove(octokit: Octokit, onIssue: Place & { issue_number: number }, name: string): Promise<string[]> {
  try {
    const { data } = await octokit.rest.issues.removeLabel({ ...onIssue, name });
    return data.map((one) => one.name);
  } catch (error) {
    if (isRefusal(error, 404)) return [];
    throw error;
  }
}

/** Without a definition GitHub would make one of its own, in grey. One that is there keeps the colour it has. */
async function define(octokit: Octokit, place: Place, label: StateLabel, known: Set<string>): Promise<void> {
  const wanted = stateLabels[label];
  if (known.has(wanted.name)) return;
  try {
    await octokit.rest.issues.getLabel({ ...place, name: wanted.name });
  } catch (error) {
    if (!isRefusal(error, 404)) throw error;
    await create(octokit, place, wanted);
  }
  known.add(wanted.name);
}

async function create(octokit: Octokit, place: Place, label: (typeof stateLabels)[StateLabel]): Promise<void> {
  try {
    await octokit.rest.issues.createLabel({ ...place, ...label });
  } catch (error) {
    // Somebody else, or another task of ours, made it meanwhile.
    if (!isRefusal(error, 422)) throw error;
  }
}
