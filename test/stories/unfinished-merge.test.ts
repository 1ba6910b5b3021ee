import { expect, test } from "vitest";
import type { Script } from "#test/model/script.ts";
import { benchHere, worldHere } from "./opened.ts";
import { finished, hasEnded } from "./told.ts";

const greet = (word: string) => `export const greet = () => '${word}';\n`;
const count = (number: number) => `export const count = ${number};\n`;
const question = {
  question: "Which count?",
  header: "Count",
  multiSelect: false,
  options: [
    { label: "Ten", description: "the sum" },
    { label: "Seven", description: "the larger" },
  ],
};

/** Changes both files; later resolves one conflict, asks about the other, and resolves that by the answer. */
const script: Script = [
  {
    text: "I change both.",
    tools: [{ name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js; sed -i s/1/7/ count.js" } }],
  },
  { text: "Both are changed." },
  {
    text: "One is clear.",
    tools: [
      { name: "Bash", input: { command: `printf '%s' "${greet("bonjour!").trim()}" > greet.js; echo >> greet.js` } },
    ],
  },
  { text: "The other is not.", tools: [{ name: "AskUserQuestion", input: { questions: [question] } }] },
  ({ results }) => ({
    text: "I look where I am.",
    tools: [
      {
        name: "Bash",
        input: {
          command: `grep -c bonjour! greet.js; git rev-parse -q --verify MERGE_HEAD | wc -l; grep -c '^<<<<<<< ' count.js; echo 'export const count = ${results.at(-1)?.includes("Ten") ? 10 : 0};' > count.js`,
        },
      },
    ],
  }),
  { text: "Both are in." },
];

test.each([
  { how: "merge", isSwept: true },
  { how: "rebase", isSwept: false },
] as const)(
  "Claude asks in the midst of a $how, and finds it with the answer as it left it (runner restarted meanwhile: $isSwept)",
  async ({ how, isSwept }) => {
    const world = await worldHere({
      runner: false,
      scripts: { default: script },
      policy: `follow_up:\n  conflicts: ${how}\n`,
      files: { "count.js": count(1) },
    });
    const bench = await benchHere(world);
    const { github, repo, model } = world;
    const runner = bench.start();
    const issue = github.as("ada").openIssue(repo, { title: "Greet and count", body: "In French, to seven." });
    github.as("ada").label(repo, issue, "claude");
    await world.taskOf(issue, hasEnded, "the first run");
    await finished(world, issue);
    await github
      .as("ada")
      .push(repo, { message: "More", files: { "greet.js": greet("hello!"), "count.js": count(3) } });
    await world.taskOf(issue, ({ status }) => status === "waiting", "the question");
    if (isSwept) {
      runner.process.kill("SIGTERM");
      await runner.ended;
      bench.start();
    }
    github.as("ada").comment(repo, issue, "1");

    const task = await world.taskOf(issue, (one) => one.runs.length === 2 && hasEnded(one), "the conflict's end");
    expect(task).toMatchObject({ status: "in_review", reason: null });
    expect(new Set(task.runs.map(({ sessionId }) => sessionId)).size).toBe(1);
    // What was resolved before the question is there, the merge is under way, and the other file still has its markers.
    const seen = `1\\n${how === "merge" ? 1 : 0}\\n1`;
    expect(JSON.stringify(model.requests.at(-1)?.body)).toContain(`"${seen}"`);
    const branch = task.branch ?? "";
    expect(await github.fileAt(repo, branch, "greet.js")).toBe(greet("bonjour!"));
    expect(await github.fileAt(repo, branch, "count.js")).toBe(count(10));
    const commits = await github.commitsBetween(repo, "main", branch);
    const subjects = commits.map(({ message }) => message.split("\n")[0]);
    if (how === "merge") expect(subjects.at(-1)).toBe(`Merge main into ${branch}`);
    else expect(subjects).toEqual(["Greet and count"]);
    await github.as("ada").mergePullRequest(repo, task.pullRequest?.number ?? 0);
    await world.taskOf(issue, ({ conclusion }) => conclusion === "success", "the merge");
    expect(github.violations).toEqual([]);
  },
  120_000,
);
