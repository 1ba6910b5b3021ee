import { expect, test } from "vitest";
import { followTask } from "#operations/follow-task.ts";
import { following } from "./followed.ts";
import { inShop } from "./shop.ts";

const on = inShop();
const { repo, ada } = on;
const followed = following(on, {
  policy: "label: claude\nrole: triage\nfollow_up:\n  delete_branch: true\n",
  files: { "greet.js": "bonjour\n" },
});
const { purposes } = followed;

async function say(thread: number, body: string): Promise<string[]> {
  const id = ada().comment(repo(), thread, body);
  await followed.settle();
  const comment = on.app.standIn.comments(repo(), thread).find((one) => one.id === id);
  return comment?.reactions.map(({ content }) => content) ?? [];
}

test("`/claude rebase`, `continue` and `say` on the pull request each go on in the same session", async () => {
  expect(await say(followed.pull(), "/claude rebase")).toEqual(["eyes", "+1"]);
  const first = await followed.work(null);
  expect(first).toMatchObject({ purpose: "resolve_conflicts", update: "merge", resume: true });
  expect(await say(followed.issue, "/claude continue")).toEqual(["eyes", "+1"]);
  expect(await say(followed.issue, "/claude continue")).toEqual(["eyes", "-1"]);
  expect((await followed.work(null)).purpose).toBe("continue");
  expect(await say(followed.issue, "/claude say Also in Spanish.")).toEqual(["eyes", "+1"]);
  const { prompt, purpose } = await followed.work(null);
  expect([purpose, prompt.includes("Also in Spanish.")]).toEqual(["continue", true]);
});

test("`/claude fix-ci` repairs what fails, also after a person was asked; with nothing that fails it says so", async () => {
  expect(await say(followed.issue, "/claude fix-ci")).toEqual(["eyes", "-1"]);
  expect(on.app.standIn.comments(repo(), followed.issue).at(-1)?.body).toContain("No check of others fails on");
  const head = followed.runs().at(-1)?.headSha ?? "";
  await on.app.standIn.reportCheck(repo(), head, { name: "test", conclusion: "failure" });
  await followed.settle();
  await followed.work(null);
  const check = on.app.standIn.checkRuns(repo(), head).find(({ name }) => name === "Claude");
  expect(check?.actions.map(({ identifier }) => identifier)).toEqual(["fix-ci", "continue", "retry"]);
  ada().requestCheckAction(repo(), check?.id ?? 0, "fix-ci");
  await followed.settle();
  expect(purposes()).toEqual(["implement completed", "fix_checks completed", "fix_checks queued"]);
});

test("merged: the task is done and its branch is deleted; closed: stopped, and reopened it may go on", async () => {
  ada().closePullRequest(repo(), followed.pull());
  await followed.settle();
  expect(followed.comment()).toContain("closed without merging by ada");
  ada().reopenIssue(repo(), followed.pull());
  await followed.settle();
  expect(followed.comment()).toContain("**Done**");
  expect(await say(followed.pull(), "/claude continue")).toEqual(["eyes", "+1"]);
  await followed.work(null);
  const { branch } = followed.task();
  await ada().mergePullRequest(repo(), followed.pull());
  await followed.settle();
  expect(followed.comment()).toContain("**Merged**");
  expect(await on.app.standIn.branches(repo())).not.toContain(branch);
});

test("the same is asked for at the dashboard and the command line, with the same refusals", async () => {
  const refused = (code: string) => ({ problem: expect.objectContaining({ status: 409, code }) });
  await expect(followTask(on.bench.world, "TASK-1", "fix-ci", "ada")).rejects.toMatchObject(refused("no_check_fails"));
  await followTask(on.bench.world, "TASK-1", "rebase", "ada");
  await expect(followTask(on.bench.world, "TASK-1", "continue", "ada")).rejects.toMatchObject(refused("still_running"));
  expect(await followed.work(null)).toMatchObject({ purpose: "resolve_conflicts", resume: true });
  await followTask(on.bench.world, "TASK-1", "continue", "ada");
  expect((await followed.work(null)).purpose).toBe("continue");
  ada().closePullRequest(repo(), followed.pull());
  await followed.settle();
  await expect(followTask(on.bench.world, "TASK-1", "rebase", "ada")).rejects.toMatchObject(
    refused("pull_request_over"),
  );
});
