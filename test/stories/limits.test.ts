import { expect, test } from "vitest";
import { worldHere } from "./opened.ts";
import { finished, hasEnded } from "./told.ts";

const bash = (command: string) => ({ tools: [{ name: "Bash", input: { command } }] });

test("near a limit Claude is told to wrap up in its session; what it leaves undone is said, and the work is there", async () => {
  const world = await worldHere({
    policy: "limits: { turns: 6, minutes: 5, usd: 5 }\n",
    scripts: {
      default: [
        bash("sed -i s/hello/bonjour/ greet.js"),
        bash("echo two"),
        bash("echo three"),
        bash("echo four"),
        { text: "The greeting is French.\n\nLeft undone: a test of it." },
      ],
    },
  });
  const { github, repo, model } = world;
  const issue = github.as("ada").openIssue(repo, { title: "Greet in French", body: "Say bonjour, with a test." });
  github.as("ada").label(repo, issue, "claude");
  const task = await world.taskOf(issue, hasEnded, "the end of the run");
  await finished(world, issue);
  expect(task).toMatchObject({
    status: "completed",
    conclusion: "failure",
    reason: {
      code: "wrapped_up",
      sentence: "The run came near its 6 turns, and Claude wrapped up. Left undone: a test of it.",
    },
  });
  expect(task.runs).toHaveLength(1);
  const told = JSON.stringify(model.requests.at(-1));
  expect(told).toContain("This run may use 6 turns, and most of that is used: wrap up now.");
  // The same session: it knows what it did before.
  expect(told).toContain("sed -i s/hello/bonjour/ greet.js");
  const [pull] = github.pulls(repo);
  const head = pull?.headSha ?? "";
  expect(await github.fileAt(repo, head, "greet.js")).toContain("bonjour");
  const [check] = github.checkRuns(repo, head);
  expect(check).toMatchObject({ conclusion: "action_required" });
  expect(check?.output.title).toMatch(/^Limit reached: The run came near its 6 turns/);
  expect(github.comments(repo, issue)[0]?.body).toContain("Left undone: a test of it.");
  expect(github.violations).toEqual([]);
}, 60_000);
