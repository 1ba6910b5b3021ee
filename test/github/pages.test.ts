import { expect, test } from "vitest";
import { openBench } from "./bench.ts";
import { markdown } from "./pages/markdown.ts";

const hostile = `<img src=x onerror=alert(1)> "'&\`$(rm -rf ~)\``;

test("hostile titles, bodies, labels, branches and check texts are shown as text on every page", async () => {
  await using bench = await openBench();
  const { github, repo, octokit } = bench;
  const at = { owner: "ada", repo: "engine" };
  const number = github
    .as("ada")
    .openIssue(repo.fullName, { title: hostile, body: hostile, labels: [hostile.slice(0, 40)] });
  github.as("ada").comment(repo.fullName, number, `[click](javascript:alert(1)) ${hostile}`);
  const branch = "claude/<script>";
  const sha = await github
    .as("ada")
    .push(repo.fullName, { branch, message: hostile, files: { "a <b>.md": `${hostile}\n` } });
  const { data: pull } = await octokit.rest.pulls.create({ ...at, title: hostile, head: branch, base: "main" });
  const { data: run } = await octokit.rest.checks.create({
    ...at,
    name: hostile.slice(0, 60),
    head_sha: sha,
    conclusion: "failure",
    output: { title: hostile, summary: hostile, text: "<script>alert(1)</script>" },
  });
  const paths = [
    "",
    `/issues`,
    `/issues/${number}`,
    "/pulls",
    `/runs/${run.id}`,
    `/commit/${sha}`,
    `?ref=${encodeURIComponent(branch)}`,
  ];
  for (const tab of ["", "/commits", "/checks", "/files"]) paths.push(`/pull/${pull.number}${tab}`);
  for (const path of paths) {
    const answer = await fetch(`${repo.url}${path}`);
    const page = await answer.text();
    expect(answer.status, path).toBe(200);
    expect(page, path).not.toMatch(/<img|<script>|href="javascript|<b>\.md/i);
    expect(answer.headers.get("content-security-policy"), path).toContain("script-src 'self'");
  }
  expect(await (await fetch(`${repo.url}/issues/${number}`)).text()).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect((await fetch(`${repo.url}/issues/999`)).status).toBe(404);
  expect(github.violations).toEqual([]);
});

test("a person opens an issue, labels, comments, unlabels and closes it by form, and the webhooks of it are sent", async () => {
  await using bench = await openBench();
  const { github, repo } = bench;
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${repo.url}${path}`, { method: "POST", body: new URLSearchParams(form), redirect: "manual", headers });
  const opened = await post("/issues", { title: "By hand", body: "Do it", labels: "claude, bug" });
  expect(opened.headers.get("location")).toBe("/ada/engine/issues/1");
  await post("/issues/1/comment", { body: "And quickly" });
  await post("/issues/1/unlabel", { label: "bug" });
  await post("/issues/1/close", { body: "" });
  await github.idle();
  expect(github.issue(repo.fullName, 1)).toMatchObject({
    title: "By hand",
    labels: ["claude"],
    state: "closed",
    author: "ada",
  });
  expect(bench.events()).toEqual([
    "label.created",
    "issues.opened",
    "issues.labeled",
    "issues.labeled",
    "issue_comment.created",
    "issues.unlabeled",
    "issues.closed",
  ]);
  expect((await post("/issues/1/comment", { body: "x" }, { origin: "http://evil.example" })).status).toBe(403);
  const refused = await post("/issues/1/label", { label: "bug" }, { cookie: "viewer=rea" });
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain("it takes triage");
  expect(github.violations).toEqual([]);
});

test("the owner merges a draft by form, and open pages are told that something changed", async () => {
  await using bench = await openBench();
  const { github, repo, octokit } = bench;
  await github.as("grace").push(repo.fullName, { branch: "topic", message: "Topic", files: { "new.txt": "new\n" } });
  await octokit.rest.pulls.create({
    owner: "ada",
    repo: "engine",
    title: "Topic",
    head: "topic",
    base: "main",
    draft: true,
  });
  const live = await fetch(`${github.url}/_live`);
  const reader = live.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toContain("watching");
  await fetch(`${repo.url}/pull/1/merge`, { method: "POST", redirect: "manual" });
  expect((await reader?.read())?.value).toContain("changed");
  await reader?.cancel();
  expect(github.pulls(repo.fullName)).toMatchObject([{ merged: true, state: "closed" }]);
  expect(await github.fileAt(repo.fullName, "main", "new.txt")).toBe("new\n");
});

const vectors: [string, string][] = [
  ["**bold** and `a <b> **c**`", "<p><strong>bold</strong> and <code>a &lt;b&gt; **c**</code></p>"],
  ["# One\ntext", "<h1>One</h1>\n<p>text</p>"],
  ["- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"],
  ["1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"],
  ["> quoted", "<blockquote><p>quoted</p></blockquote>"],
  ["```js\n<script>\n```", "<pre><code>&lt;script&gt;</code></pre>"],
  [
    "[x](https://a.example/?q=1&r=2)",
    '<p><a href="https://a.example/?q=1&amp;r=2" rel="nofollow noreferrer">x</a></p>',
  ],
  ["[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"],
  ["[x](//evil.example)", "<p>[x](//evil.example)</p>"],
  ["text <!-- hidden --> after", "<p>text  after</p>"],
  [
    "<details><summary>More <i>x</i></summary>\n\ninner\n\n</details>",
    "<details><summary>More <i>x</i></summary>\n<p>inner</p>\n</details>",
  ],
  ["<details onclick=x>", "<p>&lt;details onclick=x&gt;</p>"],
  ["it cost \\$1.02, \\<b\\> and \\*this\\*", "<p>it cost $1.02, &lt;b&gt; and *this*</p>"],
  ["snake_case_name and _it_", "<p>snake_case_name and <em>it</em></p>"],
];

test.each(vectors)("Markdown %j is shown safely", (source, expected) => {
  expect(markdown(source).text).toBe(expected);
});
