import { describe, expect, test } from "vitest";
import { type HoldFacts, holdOf, holdsOf, withinBudget } from "#domain/holds.ts";
import { cycleFrom, type LinkedIssue, noLinks } from "#domain/links.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import { noon } from "#test/builders.ts";

const issue = (number: number, of: Partial<LinkedIssue> = {}): LinkedIssue => ({
  repository: "octo/hello",
  number,
  title: `Issue ${number}`,
  isOpen: true,
  ...of,
});
const facts = (of: Partial<HoldFacts> = {}): HoldFacts => ({
  repository: "octo/hello",
  links: noLinks,
  requestedBy: "ada",
  limits: defaultPolicy.limits,
  running: { all: 5, repository: 3, person: 2 },
  mostRuns: null,
  spent: { task: 4, today: 30 },
  now: noon,
  ...of,
});
const limits = (of: Partial<HoldFacts["limits"]>) => ({ limits: { ...defaultPolicy.limits, ...of } });
const blockers = (...all: LinkedIssue[]) => ({ links: { ...noLinks, blockers: all } });

describe("a queued run is held back", () => {
  const table: [string, Partial<HoldFacts>, string | null][] = [
    ["by nothing where nothing is limited", {}, null],
    ["by an open issue, which is named", blockers(issue(13)), "Blocked by #13 (Issue 13)."],
    [
      "by several, also of other repositories",
      blockers(issue(13), issue(14, { isOpen: false }), issue(2, { repository: "octo/lib", title: "Parse" })),
      "Blocked by #13 (Issue 13), octo/lib#2 (Parse).",
    ],
    ["not by closed ones", blockers(issue(14, { isOpen: false })), null],
    [
      "by a circle, which is said",
      { links: { ...noLinks, blockers: [issue(13)], cycle: ["#12", "#13", "#12"] } },
      "This waits for itself: #12 is blocked by #13 is blocked by #12.",
    ],
    ["not by sub-issues", { links: { ...noLinks, children: [issue(15)] } }, null],
    ["by the task's money", limits({ usd_per_task: 4 }), "$4.00 went into this task, and its limit is $4.00."],
    ["not below it", limits({ usd_per_task: 4.01 }), null],
    [
      "by the day's money",
      limits({ usd_per_day: 30 }),
      "Today's $30.00 of this repository are used; this goes on at midnight UTC.",
    ],
    [
      "by the server's number of runs",
      { mostRuns: 5 },
      "5 of at most 5 runs are under way on this server. This begins when one ends.",
    ],
    ["not below that number", { mostRuns: 6 }, null],
    [
      "by the repository's",
      limits({ runs: 3 }),
      "3 of at most 3 runs are under way in this repository. This begins when one ends.",
    ],
    [
      "by the person's",
      limits({ runs_per_person: 2 }),
      "2 of at most 2 runs are under way for ada. This begins when one ends.",
    ],
    ["first by what lasts longest", { ...blockers(issue(13)), mostRuns: 5 }, "Blocked by #13 (Issue 13)."],
  ];
  test.each(table)("%s", (_how, of, sentence) => {
    expect(holdOf(facts(of))?.sentence ?? null).toBe(sentence);
  });

  test("until midnight for the day's money", () => {
    expect(holdOf(facts(limits({ usd_per_day: 30 })))?.until).toBe("2026-11-22T00:00:00.000Z");
  });

  test("and what is limited but open is told as well", () => {
    const open = holdsOf(facts({ ...limits({ runs: 4, usd_per_task: 10, usd_per_day: 50 }), mostRuns: 8 }));
    expect(open.map(({ sentence, reason }) => [sentence, reason])).toEqual([
      ["$4.00 of $10.00 went into this task.", null],
      ["$30.00 of today's $50.00 are used here.", null],
      ["5 of at most 8 runs are under way on this server.", null],
      ["3 of at most 4 runs are under way in this repository.", null],
    ]);
  });
});

test("a run gets no more dollars than the task and the day have left", () => {
  const usd = (of: Partial<HoldFacts["limits"]>) => withinBudget(limits(of).limits, { task: 4, today: 30 }).usd;
  expect([usd({}), usd({ usd_per_task: 9 }), usd({ usd_per_day: 31.5 }), usd({ usd_per_task: 4 })]).toEqual([
    10, 5, 1.5, 0.01,
  ]);
});

test.each<[string, Record<string, string[]>, string[] | null]>([
  ["none", { "#1": ["#2"], "#2": ["#3"] }, null],
  ["itself", { "#1": ["#1"] }, ["#1", "#1"]],
  ["the shortest of two", { "#1": ["#2", "#3"], "#2": ["#4"], "#4": ["#1"], "#3": ["#1"] }, ["#1", "#3", "#1"]],
  ["one further on that does not lead back", { "#1": ["#2"], "#2": ["#3"], "#3": ["#2"] }, null],
])("a circle of blocking issues: %s", (_name, edges, expected) => {
  expect(cycleFrom("#1", new Map(Object.entries(edges)))).toEqual(expected);
});
