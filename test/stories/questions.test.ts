import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Script } from "#test/model/script.ts";
import { until } from "#test/world/until.ts";
import type { World } from "#test/world/world.ts";
import { worldHere } from "./opened.ts";
import { finished, hasEnded } from "./told.ts";

const wish = { title: "Greet in another language", body: "Not in English." };
const question = {
  question: "Which language?",
  header: "Language",
  multiSelect: false,
  options: [
    { label: "French", description: "bonjour" },
    { label: "Danish", description: "hej" },
  ],
};
/** Asks, and greets in the language of the answer. */
const asking: Script = [
  { text: "I look first.", tools: [{ name: "Bash", input: { command: "echo seen > seen.txt" } }] },
  { text: "I have to ask.", tools: [{ name: "AskUserQuestion", input: { questions: [question] } }] },
  ({ results }) => {
    const word = results.at(-1)?.includes("Danish") ? "hej" : "bonjour";
    return { text: `Then ${word}.`, tools: [{ name: "Bash", input: { command: `sed -i s/hello/${word}/ greet.js` } }] };
  },
  { text: "It greets in that language now." },
];

/** Our reactions to a comment, once the last one is there. */
function answered({ github, repo }: World, thread: number, id: number): Promise<string[]> {
  return until("an answer", () => {
    const reactions = github.comments(repo, thread).find((one) => one.id === id)?.reactions ?? [];
    const contents = reactions.map(({ content }) => content);
    return contents.some((one) => one === "+1" || one === "-1") ? contents : null;
  });
}

test("Claude asks: the slot is free, a comment answers, and the same session goes on to the pull request", async () => {
  const opened = await worldHere({ scripts: { default: asking }, slots: 1 });
  const { github, repo, model, operator } = opened;
  const issue = github.as("ada").openIssue(repo, wish);
  github.as("ada").label(repo, issue, "claude");
  const waiting = await opened.taskOf(issue, (one) => one.status === "waiting", "the question");
  expect(waiting.reason).toMatchObject({ code: "question", sentence: "Claude asks: Which language?" });
  const run = waiting.runs[0];
  expect(run).toMatchObject({ status: "waiting", runner: null, question: { items: [question], answer: null } });
  expect((await operator("listRunners", {})).runners).toMatchObject([{ busy: 0 }]);

  // A stranger's words are nobody's answer; the permitted person's number is.
  const asked = await until(
    "the question in a comment",
    () => github.comments(repo, issue).find(({ body }) => body.includes("@ada: Claude asks")) ?? null,
  );
  expect(asked.body).toContain("1. **French**: bonjour\n2. **Danish**: hej");
  const check = await until(
    "the question in the check run",
    () => github.checkRuns(repo).find((one) => one.output.title === "Claude asks: Which language?") ?? null,
  );
  expect(check).toMatchObject({ status: "completed", conclusion: "action_required", actions: [] });
  const strange = github.as("eve").comment(repo, issue, "French!");
  const id = github.as("ada").comment(repo, issue, "2");
  expect(await answered(opened, issue, id)).toEqual(["eyes", "+1"]);
  expect(github.comments(repo, issue).find((one) => one.id === strange)?.reactions).toEqual([]);

  const task = await opened.taskOf(issue, hasEnded, "the end of the run");
  expect(task).toMatchObject({ status: "in_review", runs: [{ conclusion: "success", sessionId: run?.sessionId }] });
  expect(task.runs).toHaveLength(1);
  await finished(opened, issue);
  expect(await github.fileAt(repo, github.pulls(repo)[0]?.headSha ?? "", "greet.js")).toContain("hej");
  // The whole conversation was there, and nothing was said twice.
  expect(JSON.stringify(model.requests.at(-1)?.body).split("I look first.")).toHaveLength(2);
  const late = github.as("ada").comment(repo, issue, "/claude answer French");
  expect(await answered(opened, issue, late)).toEqual(["eyes", "-1"]);
  await until(
    "the word that it was too late",
    () =>
      github.comments(repo, issue).some(({ body }) => body.includes("This was too late: ada has answered already")) ||
      null,
  );
  expect(github.violations).toEqual([]);
}, 60_000);

test("what people say while Claude works reaches it at its next step, and the reaction comes when it has (F14)", async () => {
  const working: Script = [
    { text: "Working.", tools: [{ name: "Bash", input: { command: "while [ ! -e go ]; do sleep 0.1; done; rm go" } }] },
    ({ said }) => {
      const word = said.some((one) => one.includes("salut")) ? "salut" : "bonjour";
      return {
        text: `Then ${word}.`,
        tools: [{ name: "Bash", input: { command: `sed -i s/hello/${word}/ greet.js` } }],
      };
    },
    { text: "It is French now." },
  ];
  const opened = await worldHere({ scripts: { default: working } });
  const { github, repo } = opened;
  const issue = github.as("ada").openIssue(repo, wish);
  github.as("ada").label(repo, issue, "claude");
  await opened.taskOf(issue, (one) => one.runs[0]?.progress?.activity.startsWith("running") === true, "Claude at work");
  const id = github.as("ada").comment(repo, issue, "/claude say Use *salut* instead.");
  const plain = github.as("ada").comment(repo, issue, "And be brief.");
  const seen = () =>
    github
      .comments(repo, issue)
      .filter((one) => [id, plain].includes(one.id))
      .map((one) => one.reactions.map(({ content }) => content));
  await until("both to be seen", () => seen().every((one) => one.includes("eyes")) || null);
  expect(seen()).toEqual([["eyes"], ["eyes"]]);
  writeFileSync(join(opened.folder, "runner-1/tasks/acme+website-TASK-1/work/tree/go"), "");
  expect(await answered(opened, issue, id)).toEqual(["eyes", "+1"]);
  expect(await answered(opened, issue, plain)).toEqual(["eyes", "+1"]);
  await opened.taskOf(issue, hasEnded, "the end of the run");
  await finished(opened, issue);
  expect(await github.fileAt(repo, github.pulls(repo)[0]?.headSha ?? "", "greet.js")).toContain("salut");
  const last = JSON.stringify(opened.model.requests.at(-1)?.body);
  expect(last.split("be brief")).toHaveLength(2);
  expect(github.violations).toEqual([]);
}, 60_000);
