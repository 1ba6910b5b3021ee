/** Where each kind of id starts: apart from each other, and some past 32 bits, as GitHub's are. */
const starts = {
  user: 1001,
  repository: 700_000_001,
  installation: 50_000_001,
  issue: 3_000_000_001,
  comment: 4_000_000_001,
  pull: 2_500_000_001,
  label: 9_000_000_001,
  reaction: 300_000_001,
  event: 20_000_000_001,
  thread: 60_000_001,
  review: 2_900_000_001,
  reviewComment: 2_100_000_001,
  checkRun: 50_000_000_001,
  checkSuite: 40_000_000_001,
  status: 35_000_000_001,
  delivery: 80_000_000_001,
  workflowRun: 15_000_000_001,
} satisfies Record<string, number>;

export type IdKind = keyof typeof starts;

/** Counts up within each kind, so that a test run always sees the same ids. */
export class Ids {
  readonly #next = new Map<IdKind, number>();

  next(kind: IdKind): number {
    const id = this.#next.get(kind) ?? starts[kind];
    this.#next.set(kind, id + 1);
    return id;
  }
}

/** A GraphQL node id in GitHub's present look: a prefix that tells the type, then an opaque part. */
export function nodeId(prefix: string, id: number | string): string {
  return `${prefix}_kwDO${Buffer.from(String(id)).toString("base64url")}`;
}

/** The database id in a node id made by `nodeId`, or null. */
export function idOfNode(node: string): string | null {
  const match = /^[A-Za-z]+_kwDO([\w-]+)$/.exec(node);
  return match?.[1] ? Buffer.from(match[1], "base64url").toString() : null;
}
