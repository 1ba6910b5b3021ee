import { describe, expect, test } from "vitest";
import type { CheckRunPicture, Picture, PullRequestPicture } from "#domain/picture.ts";
import { type PlanFacts, planSurfaces, type WrittenPicture } from "#domain/surface-plan.ts";
import { aSha } from "#test/builders.ts";

const pullRequest: PullRequestPicture = { branch: "claude/12", base: null, title: "t", body: "b", ready: false };
const checkRun: CheckRunPicture = {
  headSha: aSha("a1"),
  name: "Claude",
  externalId: "TASK-12",
  status: "in_progress",
  conclusion: null,
  title: "Working",
  summary: "s",
  startedAt: "2026-11-21T14:01:00.000Z",
  completedAt: null,
  actions: [],
  annotations: [],
};
const full: Picture = { comment: "<!-- marker -->\n\nhello", label: "inProgress", pullRequest, checkRun };
const open = { number: 7, state: "open", draft: true } as const;

/** What is stored after every step was carried out; GitHub's ids are made up. */
function afterwards(facts: PlanFacts): WrittenPicture[] {
  const written = new Map(facts.written.map((one) => [one.place, one]));
  for (const step of planSurfaces(facts)) {
    const remoteId = written.get(step.place)?.remoteId ?? `id of ${step.place}`;
    written.set(step.place, { place: step.place, remoteId, picture: step.picture });
  }
  return [...written.values()];
}

const done = (facts: PlanFacts) => planSurfaces(facts).map((step) => step.do);

describe("the plan of what to write", () => {
  test("shows a new task everywhere, what is urgent first", () => {
    expect(done({ picture: full, written: [], pullRequest: null })).toEqual([
      "react",
      "create_comment",
      "open_pull_request",
      "create_check_run",
      "show_label",
    ]);
  });

  test("gives the marker by which the comment is found again", () => {
    const step = planSurfaces({ picture: full, written: [], pullRequest: null })[1];
    expect(step).toMatchObject({ do: "create_comment", marker: "<!-- marker -->", body: full.comment });
  });

  test("writes nothing that is unchanged", () => {
    const first = { picture: full, written: [], pullRequest: null };
    const second = { picture: full, written: afterwards(first), pullRequest: open };
    expect(planSurfaces(second)).toEqual([]);
  });

  test("writes only what differs", () => {
    const written = afterwards({ picture: full, written: [], pullRequest: null });
    const facts = (picture: Partial<Picture>) => ({ picture: { ...full, ...picture }, written, pullRequest: open });
    expect(done(facts({ comment: "<!-- marker -->\n\nother" }))).toEqual(["update_comment"]);
    expect(planSurfaces(facts({ label: "inReview" }))).toMatchObject([
      { do: "show_label", label: "inReview", before: "inProgress" },
    ]);
    expect(done(facts({ label: null }))).toEqual(["show_label"]);
    expect(planSurfaces(facts({ pullRequest: { ...pullRequest, body: "c" } }))).toMatchObject([
      { do: "update_pull_request", number: 7 },
    ]);
    expect(done(facts({ checkRun: { ...checkRun, title: "other" } }))).toEqual(["update_check_run"]);
  });

  test("opens a pull request as a draft and makes it ready in a step of its own, once", () => {
    const picture = { ...full, pullRequest: { ...pullRequest, ready: true } };
    const first = { picture, written: [], pullRequest: null };
    expect(planSurfaces(first)[2]).toMatchObject({ do: "open_pull_request", pullRequest: { ready: false } });
    const second = { picture, written: afterwards(first), pullRequest: open };
    expect(done(second)).toEqual(["mark_ready"]);
    const third = { picture, written: afterwards(second), pullRequest: { ...open, draft: false } };
    expect(planSurfaces(third)).toEqual([]);
    const notAnyMore = { ...third, picture: full };
    expect(planSurfaces(notAnyMore)).toEqual([]);
    const otherText = { ...third, picture: { ...full, pullRequest: { ...pullRequest, body: "c" } } };
    expect(done(otherText)).toEqual(["update_pull_request"]);
  });

  test("takes up a pull request that is known but was never written", () => {
    const written = afterwards({ picture: { ...full, pullRequest: null }, written: [], pullRequest: null });
    expect(done({ picture: full, written, pullRequest: open })).toEqual(["update_pull_request"]);
  });

  test.each(["closed", "merged"] as const)("leaves a %s pull request alone", (state) => {
    const written = afterwards({ picture: full, written: [], pullRequest: null });
    const picture = { ...full, pullRequest: { ...pullRequest, body: "c", ready: true } };
    expect(planSurfaces({ picture, written, pullRequest: { ...open, state } })).toEqual([]);
  });

  test("closes the unfinished check run of an older head", () => {
    const written = afterwards({ picture: full, written: [], pullRequest: null });
    const newer = { ...checkRun, headSha: aSha("b2") };
    const facts = { picture: { ...full, checkRun: newer }, written, pullRequest: open };
    expect(planSurfaces(facts)).toMatchObject([
      { do: "create_check_run", place: `check:${aSha("b2")}` },
      {
        do: "close_check_run",
        place: `check:${aSha("a1")}`,
        remoteId: `id of check:${aSha("a1")}`,
        checkRun: { status: "completed", conclusion: "neutral", headSha: aSha("a1") },
      },
    ]);
    expect(planSurfaces({ ...facts, written: afterwards(facts) })).toEqual([]);
  });

  test("leaves a finished check run of an older head as it ended", () => {
    const over: CheckRunPicture = { ...checkRun, status: "completed", conclusion: "failure" };
    const written = afterwards({ picture: { ...full, checkRun: over }, written: [], pullRequest: null });
    const picture = { ...full, checkRun: { ...checkRun, headSha: aSha("b2") } };
    expect(done({ picture, written, pullRequest: open })).toEqual(["create_check_run"]);
  });

  test("says nothing on an issue for a task that has none", () => {
    const picture = { ...full, comment: null, label: null };
    expect(done({ picture, written: [], pullRequest: null })).toEqual(["open_pull_request", "create_check_run"]);
  });

  test("survives a crash between two writes: the rest is planned again", () => {
    const first = { picture: full, written: [], pullRequest: null };
    const all = afterwards(first);
    for (let count = 0; count <= all.length; count++) {
      const written = all.slice(0, count);
      const isOpen = written.some((one) => one.place === "pull_request");
      const again = { picture: full, written, pullRequest: isOpen ? open : null };
      expect(planSurfaces(again)).toHaveLength(all.length - count);
    }
  });
});
