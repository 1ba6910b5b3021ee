import type { Insights } from "#protocol/insights.ts";

type Headers = Record<string, string | number | undefined>;

/** Counts the calls to GitHub, and remembers what it said about the limit. */
export type Meter = {
  /** @param status of the answer */
  note(call: { who: string; kind: "read" | "write"; status: number; headers: Headers }): void;
  reading(): Insights["calls"];
};

/** What GitHub says with each answer: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
export function openMeter(clock: () => number): Meter {
  const since = clock();
  const counts = { reads: 0, writes: 0, unchanged: 0, refused: 0 };
  const limits = new Map<string, { left: number; of: number; resetsAt: number }>();
  return {
    note: ({ who, kind, status, headers }) => {
      counts[kind === "read" ? "reads" : "writes"] += 1;
      if (status === 304) counts.unchanged += 1;
      if (status === 429 || status === 403) counts.refused += 1;
      const [left, of, reset] = ["remaining", "limit", "reset"].map((name) => Number(headers[`x-ratelimit-${name}`]));
      if (left === undefined || of === undefined || reset === undefined) return;
      // Other limits than the hour's, as that for searches, are not what runs out first.
      if (![left, of, reset].every(Number.isFinite) || (headers["x-ratelimit-resource"] ?? "core") !== "core") return;
      limits.set(who, { left, of, resetsAt: reset * 1_000 });
    },
    reading: () => {
      const open = [...limits.values()].filter(({ resetsAt }) => resetsAt > clock());
      const least = open.toSorted((one, other) => one.left / one.of - other.left / other.of)[0];
      return {
        since: new Date(since).toISOString(),
        ...counts,
        limit: least === undefined ? null : { ...least, resetsAt: new Date(least.resetsAt).toISOString() },
      };
    },
  };
}
