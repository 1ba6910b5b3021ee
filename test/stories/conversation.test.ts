import { afterEach, expect, test } from "vitest";
import type { RunOffer } from "#protocol/run.ts";
import { ours, seenOn } from "#test/world/seen.ts";
import { until } from "#test/world/until.ts";
import { openWorld, type World } from "#test/world/world.ts";
import {
  oneCommit,
  openScriptedRunner,
  registered,
  type ScriptedRunner,
  type ScriptedWork,
} from "./scripted-runner.ts";
import { finished } from "./told.ts";

let world: World | null = null;
let runner: ScriptedRunner | null = null;
afterEach(async () => {
  await runner?.close();
  runner = null;
  await world?.close();
  world = null;
});

const wish = { title: "Greet in French", body: "Say bonjour." };

/** A world whose runner does at once what is said here; resolves with the offers that it was made. */
async function openConversation(work: (offer: RunOffer) => ScriptedWork) {
  const opened = await openWorld({ runner: false });
  world = opened;
  const { github, repo, server, operator } = opened;
  const offers: RunOffer[] = [];
  const credential = await registered({ url: server.url, operator });
  const heard = (offer: RunOffer) => {
    offers.push(offer);
    return work(offer);
  };
  runner = openScriptedRunner({ url: server.url, credential, play: oneCommit(github, heard) });
  const issue = github.as("ada").openIssue(repo, wish);
  github.as("ada").label(repo, issue, "claude");
  const task = await opened.taskOf(issue, (one) => one.status === "in_review", "the pull request");
  await finished(opened, issue);
  const pull = github.pulls(repo)[0]?.number ?? 0;
  await until("GitHub's own view of the head", () => (github.pulls(repo)[0]?.headSha ? true : null));
  return { opened, github, repo, offers, issue, task, pull };
}

type Conversation = Awaited<ReturnType<typeof openConversation>>;

/** The task's last run is that one and over, and GitHub shows it. */
async function followedUp({ opened, issue }: Conversation, purpose: string, runs: number) {
  const isIt = (one: Conversation["task"]) =>
    one.runs.length === runs && one.runs.at(-1)?.purpose === purpose && one.status === "in_review";
  const task = await opened.taskOf(issue, isIt, `the end of ${purpose}`, 30_000);
  await finished(opened, issue);
  return task;
}

/** What a person sees, and what was made for it. How often something is edited depends on the pace. */
const shown = ({ github, repo, issue, pull }: Conversation) => seenOn(github, { repo, issue, pull });

/** Calls that GitHub counts: conditional ones that find nothing new are free. */
const counted = ({ calls }: World["github"]) => ours(calls).filter(({ status }) => status !== 304).length;
/** The look of each minute may fall into a story: it begins with this, and costs at most so many calls. */
const lookRoute = "/installation/repositories";
const ofLook = 12;

/** Counts what a story costs from now on, but for the looks that fall into it. */
function countFrom(github: World["github"]): () => number {
  const looks = () => ours(github.calls).filter(({ route }) => route === lookRoute).length;
  const before = counted(github) - ofLook * looks();
  return () => counted(github) - ofLook * looks() - before;
}

test("CI fails: one run gets the failing step's log, pushes, and the checks are green", async () => {
  const talk = await openConversation(({ purpose }) =>
    purpose === "fix_checks"
      ? { files: { "greet.js": "salut\n" }, summary: "The test wants `salut`." }
      : { files: { "greet.js": "bonjour\n" }, summary: "It says bonjour." },
  );
  const { github, repo, offers, task } = talk;
  const cost = countFrom(github);
  const steps = [
    { name: "Set up job", conclusion: "success", lines: ["Runner Image"] },
    { name: "Run npm test", conclusion: "failure", lines: ["not ok 1 - says salut", "expected salut, found bonjour"] },
  ];
  const check = { name: "test", conclusion: "failure", job: { steps } };
  await github.reportCheck(repo, task.branch ?? "", check);
  // Told once more: it is the same failure.
  await github.reportCheck(repo, task.branch ?? "", check);
  const fixed = await followedUp(talk, "fix_checks", 2);
  expect(offers.map(({ purpose, resume }) => [purpose, resume])).toEqual([
    ["implement", false],
    ["fix_checks", true],
  ]);
  expect(offers[1]?.prompt).toContain("expected salut, found bonjour");
  expect(offers[1]?.prompt).not.toContain("Runner Image");
  await github.reportCheck(repo, fixed.branch ?? "", { name: "test", conclusion: "success" });
  const head = (await github.branchSha(repo, fixed.branch ?? "")) ?? "";
  expect(github.checkRuns(repo, head).map(({ conclusion }) => conclusion)).toEqual(["success", "success"]);
  expect(cost()).toBeLessThanOrEqual(30);
  await expect(shown(talk)).toMatchFileSnapshot("./snapshots/ci-fails.md");
  expect(github.violations).toEqual([]);
}, 60_000);

test("a review with two threads: both are answered in place with the commit, and the review is asked for again", async () => {
  const talk = await openConversation(({ purpose }) =>
    purpose === "address_review"
      ? {
          files: { "greet.js": "uno\ntwo\n" },
          summary: "Counts.\n\nT1 done: It is `uno` now.\nT2 not done: Two is asked for.",
        }
      : { files: { "greet.js": "one\ntwo\n" }, summary: "It counts to two." },
  );
  const { github, repo, offers, pull } = talk;
  github.setRole(repo, "bob", "write");
  const cost = countFrom(github);
  const comments = [
    { path: "greet.js", line: 1, body: "Why not `uno`?" },
    { path: "greet.js", line: 2, body: "Is this needed?" },
  ];
  await github.as("bob").review(repo, pull, { event: "REQUEST_CHANGES", body: "Nearly.", comments });
  await followedUp(talk, "address_review", 2);
  const answers = () => github.reviews(repo, pull).comments.filter(({ author }) => author === github.app.botLogin);
  await until("an answer in each thread", () => (answers().length === 2 ? true : null));
  await until("the review to be asked for", () =>
    github.calls.some(({ route }) => route.endsWith("/requested_reviewers")) ? true : null,
  );
  expect(offers.map(({ purpose }) => purpose)).toEqual(["implement", "address_review"]);
  expect(cost()).toBeLessThanOrEqual(30);
  await expect(shown(talk)).toMatchFileSnapshot("./snapshots/review-answered.md");
  expect(github.violations).toEqual([]);
}, 60_000);
