import { describe, expect, test } from "vitest";
import type { Picture } from "#domain/picture.ts";
import type { RunFacts } from "#domain/run.ts";
import { aRun, aSnapshot, minute, noon } from "#test/builders.ts";
import { failed, head, over, picture, policy, pull, pushed, working } from "./pictures.ts";

const states: Record<string, () => Picture> = {
  queued: () => picture({}, [aRun()]),
  "queued, all busy": () =>
    picture({}, [aRun()], { code: "runners_busy", sentence: "All runners are busy; this is next." }),
  "queued again": () =>
    picture({}, [
      aRun({
        ...working,
        status: "completed",
        conclusion: "lost",
        completedAt: noon + 9 * minute,
        reason: { code: "runner_lost", sentence: "Runner mill went away during the run and did not come back." },
      }),
      aRun({ id: 32, attempt: 2, notBefore: noon + 20 * minute }),
    ]),
  "in progress": () => picture({}, [aRun(working)]),
  "in progress with a pull request": () => picture({ pullRequest: pull }, [aRun({ ...working, ...pushed })]),
  stopping: () => picture({}, [aRun({ ...working, cancelAsked: { by: "ada", how: "the issue label was removed" } })]),
  waiting: () =>
    picture({ pullRequest: pull }, [
      aRun({
        ...working,
        ...pushed,
        status: "waiting",
        reason: { code: "usage_limit", sentence: "Claude's usage limit is reached; it resumes at 14:05 UTC." },
      }),
    ]),
  "in review": () => picture({ pullRequest: pull }, [aRun(over)]),
  "in review with findings": () =>
    picture({ pullRequest: pull }, [aRun({ ...over, findings: ["It changes a workflow: .github/workflows/ci.yml"] })]),
  "in review without a change": () =>
    picture({}, [
      aRun({ ...over, headSha: null, commits: [], diff: null, verified: null, summary: "It does that already." }),
    ]),
  merged: () => picture({ pullRequest: { ...pull, state: "merged", draft: false } }, [aRun(over)]),
  "closed unmerged": () => picture({ pullRequest: { ...pull, state: "closed", closedBy: "bob" } }, [aRun(over)]),
  failed: () => picture({ pullRequest: pull }, [aRun(failed)]),
  "failed verification": () =>
    picture({ pullRequest: pull }, [
      aRun({
        ...over,
        conclusion: "failure",
        reason: {
          code: "verify_failed",
          sentence: "`npm test` still fails after 2 repairs.",
          advice: "Look at the branch.",
        },
        verified: { passed: false, round: 2, excerpt: "$ npm test\n1 failing\n  expected 'Hi' to be 'Hello'" },
      }),
    ]),
  "timed out": () =>
    picture({}, [
      aRun({
        ...working,
        status: "completed",
        conclusion: "timed_out",
        completedAt: noon + 61 * minute,
        reason: { code: "out_of_time", sentence: "The run took longer than the 60 minutes it may take." },
      }),
    ]),
  cancelled: () =>
    picture({ cancelled: { by: "ada", how: "the issue label was removed" } }, [
      aRun({ ...working, status: "completed", conclusion: "cancelled", completedAt: noon + 5 * minute }),
    ]),
};

/** All surfaces of a state, as one readable page. */
function page(shown: Picture): string {
  const parts = [`# Comment\n\n${shown.comment ?? "(none)"}`, `# Label\n\n${shown.label ?? "(none)"}`];
  const { pullRequest, checkRun } = shown;
  if (pullRequest !== null) {
    const { branch, base, title, ready, body } = pullRequest;
    parts.push(
      `# Pull request\n\n${title} (${branch} into ${base ?? "the default branch"}, ${ready ? "ready" : "draft"})\n\n${body}`,
    );
  }
  if (checkRun !== null) {
    const { name, externalId, headSha, status, conclusion, title, summary, startedAt, completedAt } = checkRun;
    const times = `from ${startedAt} to ${completedAt}`;
    parts.push(
      `# Check run\n\n${name} ${externalId} ${headSha} ${status} ${conclusion} ${times}\n\n**${title}**\n\n${summary}`,
    );
  }
  return `${parts.join("\n\n---\n\n")}\n`;
}

describe("what GitHub shows of a task", () => {
  test.each(Object.keys(states))("%s", async (name) => {
    const shown = states[name]?.();
    if (shown === undefined) throw new Error(`No state ${name}.`);
    await expect(page(shown)).toMatchFileSnapshot(`./snapshots/${name.replace(/\W+/g, "-")}.md`);
  });

  test.each(Object.keys(states))("does not change by itself: %s", (name) => {
    expect(states[name]?.()).toEqual(states[name]?.());
    const run = aRun(working);
    expect(picture({}, [run], null, noon)).toEqual(picture({}, [run], null, noon + 59 * minute));
  });

  test("shows no pull request and no check run before a branch with commits was pushed", () => {
    expect(picture({}, [aRun(working)])).toMatchObject({ pullRequest: null, checkRun: null });
    expect(picture({}, [aRun({ ...working, headSha: head })])).toMatchObject({ pullRequest: null, checkRun: null });
  });

  test("keeps the pull request of an earlier run while a later one is queued", () => {
    const shown = picture({ pullRequest: pull }, [aRun({ ...over, conclusion: "lost" }), aRun({ id: 32, attempt: 2 })]);
    expect(shown.pullRequest).not.toBeNull();
    expect(shown.checkRun).toMatchObject({ headSha: head, status: "queued", conclusion: null });
  });

  test("a task that starts anew after its pull request was merged opens none for the old commits", () => {
    const again = aSnapshot({ takenAt: noon + 120 * minute });
    const runs = [aRun(over), aRun({ id: 32, createdAt: noon + 120 * minute })];
    expect(picture({ snapshot: again }, runs)).toMatchObject({ pullRequest: null, checkRun: null });
    expect(picture({ snapshot: aSnapshot({ takenAt: noon + minute }) }, [aRun(over)]).pullRequest).not.toBeNull();
  });

  test("closes the issue only from the default branch", () => {
    expect(picture({}, [aRun(over)]).pullRequest?.body).toContain("Closes #12.");
    const other = picture({ policy: { ...policy, base: "next" } }, [aRun(over)]).pullRequest;
    expect(other).toMatchObject({ base: "next", body: expect.stringContaining("For #12.") });
    expect(other?.body).not.toContain("Closes");
  });

  test.each([
    ["verified, and the policy wants it", {}, true],
    ["not finished", { status: "in_progress", conclusion: null }, false],
    ["failed", { conclusion: "failure" }, false],
    ["not verified", { verified: null }, false],
    ["verification failed", { verified: { passed: false, round: 2, excerpt: null } }, false],
    ["S18: something to look at", { findings: ["It changes a workflow."] }, false],
  ] as [string, Partial<RunFacts>, boolean][])("leaves the draft state when it may: %s", (_, of, ready) => {
    const shown = picture({ policy: { ...policy, ready_for_review: true } }, [aRun({ ...over, ...of })]);
    expect(shown.pullRequest?.ready).toBe(ready);
    expect(picture({}, [aRun({ ...over, ...of })]).pullRequest?.ready).toBe(false);
  });
});
