import { execFileSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { outputNames } from "#action/report.ts";
import { until } from "#test/world/until.ts";
import { buildAction, type Hosted, jobOf, openHosted } from "./hosted.ts";

let built: ReturnType<typeof buildAction>;
let hosted: Hosted;
beforeAll(() => {
  built = buildAction();
});
afterAll(() => built.remove());
afterEach(() => hosted.close());

const inputs = {
  label: "go",
  "command-word": "bot",
  model: "claude-haiku-4-5",
  "max-turns": "7",
  minutes: "9",
  budget: "3",
  setup: "echo made > made.txt\n# only once\n",
  verify: "test -e made.txt\nnode --check greet.js",
  "allowed-tools": "Bash\nRead",
  "denied-tools": "Bash(npm publish *)",
  instructions: "Speak softly to everybody.",
  "policy-file": ".github/other.yml",
};

test("every input that stands for the policy reaches what it is for, and every output tells what came of it", async () => {
  const work = {
    name: "Bash",
    input: { command: "sed -i s/hello/bonjour/ greet.js; rm -f made.txt; echo made > made.txt" },
  };
  hosted = await openHosted({
    bundle: built.bundle,
    with: inputs,
    on: ["issues.labeled", "issue_comment.created"],
    files: { ".github/other.yml": "label: another\nbranch: robots/{issue}\n", ".gitignore": "made.txt\n" },
    scripts: { default: [{ text: "I change it.", tools: [work] }, { text: "The greeting is French now." }] },
  });
  const ada = hosted.github.as("ada");
  const issue = ada.openIssue(hosted.repo, { title: "Greet in French", body: "Say bonjour." });
  ada.label(hosted.repo, issue, "claude");
  const other = await (await until("a job", jobOf(hosted, "issues"))).result;
  expect([other.code, other.outputs.conclusion], other.log).toEqual([0, "skipped"]);
  ada.label(hosted.repo, issue, "go");
  const { code, outputs, report, summary, log } = await (await until("a job", jobOf(hosted, "issues", 1))).result;
  expect([code, outputs.conclusion], log).toEqual([0, "success"]);

  const [pull] = hosted.github.pulls(hosted.repo);
  expect(Object.keys(outputs).sort()).toEqual([...outputNames].sort());
  expect(outputs).toMatchObject({
    task: `TASK-${issue}`,
    branch: `robots/${issue}`,
    "session-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    "cost-usd": expect.stringMatching(/^\d+\.\d{4}$/),
  });
  expect(outputs["pull-request"]).toMatch(new RegExp(`/pull/${pull?.number}$`));
  expect(report).toMatchObject({ conclusion: "success", task: { name: `TASK-${issue}`, branch: `robots/${issue}` } });
  expect(summary).toContain("at list prices");
  for (const step of ["setup", "verify"])
    expect(summary).toMatch(new RegExp(`<td>${step}</td><td>(done|passed|succeeded)</td>`));
  expect(log).toMatch(/^::group::What Claude does$/m);

  const [request] = hosted.model.requests.filter(({ kind }) => kind === "main");
  const body = JSON.stringify(request?.body);
  expect(body).toContain("Speak softly to everybody.");
  expect(request?.body?.model).toMatch(/haiku/);
  const tools = (request?.body?.tools ?? []) as { name: string }[];
  const offered = tools.map(({ name }) => name);
  expect(offered).toEqual(expect.arrayContaining(["Bash", "Read"]));
  expect(offered).not.toContain("Write");
  expect(
    execFileSync("git", ["show", `${outputs.branch}:greet.js`], { cwd: hosted.gitDir, encoding: "utf8" }),
  ).toContain("bonjour");

  ada.comment(hosted.repo, issue, "/bot status");
  const told = await (await until("a job", jobOf(hosted, "issue_comment"))).result;
  expect([told.code, told.outputs.conclusion], told.log).toEqual([0, "skipped"]);
  expect(hosted.github.comments(hosted.repo, issue).at(-1)?.body).toContain(`TASK-${issue}`);
  expect(hosted.github.violations).toEqual([]);
});
