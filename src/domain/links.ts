/** An issue that another one is linked with. */
export type LinkedIssue = {
  /** `owner/name` */
  repository: string;
  number: number;
  title: string;
  isOpen: boolean;
};

/** What a task's issue is linked with on GitHub. */
export type Links = {
  /** The issues that have to be closed first ("blocked by"). */
  blockers: LinkedIssue[];
  /** Its sub-issues, in their order. */
  children: LinkedIssue[];
  /** The way round, as `#12`, `#13`, `#12`, where the issue waits for itself; null where it does not. */
  cycle: string[] | null;
};

export const noLinks: Links = { blockers: [], children: [], cycle: null };

/** `#12` within the repository, `acme/other#12` from another one. */
export function issueName(issue: { repository: string; number: number }, from: string): string {
  const isNear = issue.repository.toLowerCase() === from.toLowerCase();
  return `${isNear ? "" : issue.repository}#${issue.number}`;
}

/** Whether the links name this issue. */
export function linksTo({ blockers, children }: Links, issue: { repository: string; number: number }): boolean {
  const name = issue.repository.toLowerCase();
  return [...blockers, ...children].some((one) => one.number === issue.number && one.repository.toLowerCase() === name);
}

/**
 * The shortest way from an issue over its open blockers back to itself; null when there is none.
 * @param blockersOf the open blockers of each issue that is known, by name
 */
export function cycleFrom(start: string, blockersOf: ReadonlyMap<string, readonly string[]>): string[] | null {
  const seen = new Set<string>();
  let ways: string[][] = [[start]];
  while (ways.length > 0) {
    const longer: string[][] = [];
    for (const way of ways) {
      for (const next of blockersOf.get(way.at(-1) ?? "") ?? []) {
        if (next === start) return [...way, next];
        if (seen.has(next)) continue;
        seen.add(next);
        longer.push([...way, next]);
      }
    }
    ways = longer;
  }
  return null;
}
