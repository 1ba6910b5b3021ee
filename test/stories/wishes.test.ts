import { expect, test } from "vitest";
import { until } from "#test/world/until.ts";
import { worldHere } from "./opened.ts";
import { finished, frenchGreeting, hasEnded, stateLabelOf } from "./told.ts";

test("a label that is removed while Claude works stops the run, and put back starts the same task again (F17)", async () => {
  const world = await worldHere({
    scripts: {
      default: [{ text: "Looking.", tools: [{ name: "Bash", input: { command: "sleep 60" } }] }, ...frenchGreeting],
    },
  });
  const { github, repo, model } = world;
  const ada = github.as("ada");
  const issue = ada.openIssue(repo, { title: "Greet in French", body: "Say bonjour." });
  ada.label(repo, issue, "claude");
  await world.taskOf(
    issue,
    (task) => task.runs[0]?.sessionId != null && task.runs[0].attach !== null,
    "Claude at work",
  );

  ada.unlabel(repo, issue, "claude");
  const stopped = await world.taskOf(issue, (task) => task.status === "completed", "the stop");
  expect(stopped).toMatchObject({ conclusion: "cancelled", reason: { code: "cancelled" } });
  expect(stopped.reason?.sentence).toContain("ada");
  await until("no state label", () => (stateLabelOf(world, issue).length === 0 ? true : null));

  model.script("default", frenchGreeting);
  ada.label(repo, issue, "claude");
  const task = await world.taskOf(issue, (one) => one.status === "in_review", "the second attempt");
  expect(task.runs.map((run) => run.conclusion)).toEqual(["cancelled", "success"]);
  await finished(world, issue);
  expect(github.comments(repo, issue)).toHaveLength(1);
  expect(github.pulls(repo)).toHaveLength(1);
  expect(github.violations).toEqual([]);
});

test("somebody without the right to ask gets one reply that says what is needed (S08)", async () => {
  const world = await worldHere({ runner: false });
  const { github, repo } = world;
  const eve = github.as("eve");
  const issue = eve.openIssue(repo, { title: "Give me the keys", body: "please" });
  // GitHub lets only people with triage rights label; a role that is taken away between label and delivery is the same.
  github.setRole(repo, "eve", "triage");
  eve.label(repo, issue, "claude");
  const replies = await until("the reply", () => {
    const comments = github.comments(repo, issue);
    return comments.length > 0 ? comments : null;
  });
  expect(replies).toHaveLength(1);
  expect(replies[0]?.body).toContain("write");
  eve.unlabel(repo, issue, "claude");
  eve.label(repo, issue, "claude");
  await github.idle();
  await until("both labels to be worked", () =>
    github.calls.filter((call) => call.route.includes("permission")).length >= 2 ? true : null,
  );
  expect(github.comments(repo, issue)).toHaveLength(1);
  expect((await world.operator("listTasks", {})).tasks).toEqual([]);
  expect(github.reactions(repo, issue)).toEqual([]);
  expect(github.violations).toEqual([]);
});

test("a broken policy file is answered with the line that is wrong, and nothing starts", async () => {
  const world = await worldHere({ runner: false, policy: "verify:\n  - npm test\nlabl: claude\n" });
  const { github, repo } = world;
  const issue = github.as("ada").openIssue(repo, { title: "Greet in French", body: "Say bonjour." });
  github.as("ada").label(repo, issue, "claude");
  const [reply] = await until("the reply", () => {
    const comments = github.comments(repo, issue);
    return comments.length > 0 ? comments : null;
  });
  expect(reply?.body).toContain("labl: claude");
  expect(reply?.body).toContain("label");
  expect((await world.operator("listTasks", {})).tasks).toEqual([]);
  expect(github.violations).toEqual([]);
});

test("a title that is a shell command and a path becomes a safe branch name and is shown as it is (S27, S42)", async () => {
  const world = await worldHere({ scripts: { default: frenchGreeting } });
  const { github, repo } = world;
  const title = "$(rm -rf ~) --upload-pack=x ../../ @acme/team";
  const issue = github.as("ada").openIssue(repo, { title, body: "Say bonjour." });
  github.as("ada").label(repo, issue, "claude");
  await world.taskOf(issue, hasEnded, "the end of the run");
  await finished(world, issue);
  const [pull] = github.pulls(repo);
  expect(pull?.headRef).toMatch(/^claude\/1-[a-z0-9-]+$/);
  expect(pull?.title).toContain("$(rm -rf ~) --upload-pack=x ../../");
  expect(github.violations).toEqual([]);
});

test("a forged signature is answered 401 and stores nothing; an unknown event is 2xx and asks for nothing (S02, S07)", async () => {
  const world = await worldHere({ runner: false });
  const { github, server } = world;
  const forged = await fetch(`${server.url}/api/github/webhooks`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": "issues",
      "x-github-delivery": "11111111-1111-1111-1111-111111111111",
      "x-github-hook-id": "1",
      "x-hub-signature-256": `sha256=${"0".repeat(64)}`,
    },
    body: "{}",
  });
  expect(forged.status).toBe(401);
  const unknown = await github.deliver("star", { action: "created", repository: { id: 1 } });
  expect(unknown.statusCode).toBe(202);
  expect((await world.operator("listTasks", {})).tasks).toEqual([]);
});
