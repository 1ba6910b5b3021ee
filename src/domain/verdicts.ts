import type { Check, Review, Verdicts } from "#protocol/verdicts.ts";

/** One thing that a delivery tells of a pull request, or of a commit that may be its head. */
export type Verdict =
  | { kind: "check"; headSha: string; check: Check }
  | { kind: "review"; number: number; review: Review }
  | { kind: "mergeable"; number: number; headSha: string; mergeable: boolean };

/** More than these are not shown: GitHub's own page has them all. */
const mostChecks = 100;
const mostReviews = 50;

export function noVerdicts(headSha: string): Verdicts {
  return { headSha, checks: [], reviews: [], mergeable: null };
}

/** What is known of the commit: of another one only the reviews still count. */
export function verdictsAt(known: Verdicts | null, headSha: string): Verdicts {
  if (known?.headSha === headSha) return known;
  return { ...noVerdicts(headSha), reviews: known?.reviews ?? [] };
}

/** With the check as it stands now. That it began, told after its end, is old. */
export function withCheck(known: Verdicts, check: Check): Verdicts {
  const before = known.checks.find((one) => isSame(one, check));
  const isOld =
    before !== undefined &&
    before.id !== null &&
    check.id !== null &&
    (check.id < before.id || (check.id === before.id && check.state === "pending"));
  return isOld ? known : { ...known, checks: ordered([...known.checks.filter((one) => one !== before), check]) };
}

/** With the checks as a look at the commit has found them: all of them. */
export function withChecks(known: Verdicts, checks: readonly Check[]): Verdicts {
  return { ...known, checks: ordered([...checks]) };
}

/** With a reviewer's newest word; a mere comment takes neither an approval nor a request back. */
export function withReview(known: Verdicts, review: Review): Verdicts {
  const before = known.reviews.find(({ author }) => author === review.author);
  const stays = before !== undefined && (before.at > review.at || (review.state === "commented" && decides(before)));
  if (stays) return known;
  const others = known.reviews.filter((one) => one !== before);
  return {
    ...known,
    reviews: [...others, review].sort((one, other) => one.at.localeCompare(other.at)).slice(-mostReviews),
  };
}

function decides({ state }: Review): boolean {
  return state === "approved" || state === "changes_requested";
}

function isSame(one: Check, other: Check): boolean {
  return one.app === other.app && one.name === other.name;
}

function ordered(checks: Check[]): Check[] {
  return checks
    .sort((one, other) => `${one.app}/${one.name}`.localeCompare(`${other.app}/${other.name}`))
    .slice(0, mostChecks);
}

/** Ends of a check run or a status, in GitHub's words, as ours. */
export function checkStateOf(status: string, conclusion: string | null): Check["state"] {
  if (status !== "completed") return "pending";
  if (conclusion === "success" || conclusion === "neutral") return "passed";
  return conclusion === "skipped" || conclusion === "stale" || conclusion === "cancelled" ? "skipped" : "failed";
}

/** The same of a commit status. */
export function statusStateOf(state: string): Check["state"] {
  if (state === "success") return "passed";
  return state === "pending" ? "pending" : "failed";
}
