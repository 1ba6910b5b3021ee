import { expect, test } from "vitest";
import { openBench } from "./bench.ts";

const at = { owner: "ada", repo: "engine" };
const comment = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";

test("F21, F22: the API fails before or after the effect, or cuts the connection, as often as told", async () => {
  await using bench = await openBench();
  const { github, repo, octokit } = bench;
  const number = github.as("ada").openIssue(repo.fullName, { title: "One" });
  const say = (body: string) => octokit.rest.issues.createComment({ ...at, issue_number: number, body });
  const said = (): string[] => github.comments(repo.fullName, number).map(({ body }) => body);
  github.faults.failNext({ route: comment, status: 502, times: 2 });
  await expect(say("one")).rejects.toMatchObject({ status: 502 });
  await expect(say("two")).rejects.toMatchObject({ status: 502 });
  expect(said()).toEqual([]);
  github.faults.failNext({ route: comment, status: 504, when: "after" });
  await expect(say("three")).rejects.toMatchObject({ status: 504 });
  expect(said()).toEqual(["three"]);
  github.faults.failNext({ route: comment, status: 0, when: "after", cut: true });
  await expect(say("four")).rejects.toMatchObject({ status: 500 });
  expect(said()).toEqual(["three", "four"]);
  await say("five");
  expect(said()).toHaveLength(3);
  expect(github.violations).toEqual([]);
});

test("F23: a limit is answered with the headers that GitHub gives", async () => {
  await using bench = await openBench();
  const { github, octokit } = bench;
  const reset = String(Math.floor(Date.now() / 1000) + 30);
  github.faults.failNext({ status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset } });
  await octokit.rest.repos.get(at).catch(() => "the token request met the fault");
  github.faults.failNext({ route: "GET /repos/{owner}/{repo}", status: 429, headers: { "retry-after": "7" } });
  await expect(octokit.rest.repos.get(at)).rejects.toMatchObject({
    status: 429,
    response: { headers: { "retry-after": "7" } },
  });
});

test("secondary limits are counted always, and answered with 403 and retry-after when they are switched on", async () => {
  await using bench = await openBench({ secondaryLimits: true });
  const { github, repo, octokit } = bench;
  const issue = { ...at, issue_number: github.as("ada").openIssue(repo.fullName, { title: "One" }) };
  for (let n = 0; n < 80; n += 1) await octokit.rest.issues.createComment({ ...issue, body: `${n}` });
  await expect(octokit.rest.issues.createComment({ ...issue, body: "80" })).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining("secondary rate limit"),
    response: { headers: { "retry-after": "60" } },
  });
  expect((await octokit.rest.issues.get(issue)).data.comments).toBe(80);
  expect(github.secondaryUse(`installation ${repo.installationId}`)).toMatchObject({ contentMinute: 81 });
});

test("an unchanged answer is 304 and free; a list is paged by its Link header", async () => {
  await using bench = await openBench();
  const { github, repo, octokit } = bench;
  const first = await octokit.rest.repos.get(at);
  const remaining = Number(first.headers["x-ratelimit-remaining"]);
  const again = octokit.rest.repos.get({ ...at, headers: { "if-none-match": first.headers.etag } });
  await expect(again).rejects.toMatchObject({ status: 304 });
  const { data: rates } = await octokit.rest.rateLimit.get();
  expect(rates.resources.core.remaining).toBe(remaining);
  const person = github.as("ada");
  const number = person.openIssue(repo.fullName, { title: "One" });
  for (let n = 0; n < 25; n += 1) person.comment(repo.fullName, number, `${n}`);
  const listed = await octokit.paginate(octokit.rest.issues.listComments, {
    ...at,
    issue_number: number,
    per_page: 10,
  });
  expect(listed.map(({ body }) => body)).toEqual(Array.from({ length: 25 }, (_, n) => `${n}`));
  expect(github.calls.filter(({ route }) => route.endsWith("/comments"))).toHaveLength(3);
  expect(github.violations).toEqual([]);
});

test("calls tell route, actor, status and whether they count as content", async () => {
  await using bench = await openBench();
  const { github, repo, octokit } = bench;
  const { data: issue } = await octokit.rest.issues.create({ ...at, title: "One" });
  await octokit.rest.issues.get({ ...at, issue_number: issue.number });
  const installation = `installation ${repo.installationId}`;
  expect(github.calls).toMatchObject([
    { route: "/app/installations/{installation_id}/access_tokens", actor: "app", status: 201, contentCreating: false },
    { route: "/repos/{owner}/{repo}/issues", actor: installation, status: 201, contentCreating: true, points: 5 },
    { route: "/repos/{owner}/{repo}/issues/{issue_number}", actor: installation, contentCreating: false, points: 1 },
  ]);
});
