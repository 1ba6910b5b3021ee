import { expect, test } from "vitest";
import { branchName, isSafeBranchName } from "#protocol/branch-name.ts";

const name = (title: string, template = "claude/{issue}-{title}"): string =>
  branchName(template, { task: "TASK-3", issue: 12, title });

test.each([
  ["Fix the login page", "claude/12-fix-the-login-page"],
  ["$(rm -rf ~) --upload-pack=x ../../", "claude/12-rm-rf-upload-pack-x"],
  ["`id`", "claude/12-id"],
  ["$(touch x)", "claude/12-touch-x"],
  ["--upload-pack=/bin/sh", "claude/12-upload-pack-bin-sh"],
  ["-x", "claude/12-x"],
  ["../../x", "claude/12-x"],
  ["a;b", "claude/12-a-b"],
  ["a'b\"c", "claude/12-a-b-c"],
  ["main.lock", "claude/12-main-lock"],
  ["x@{1}", "claude/12-x-1"],
  ["one//two", "claude/12-one-two"],
  ["Überprüfung für Ærø", "claude/12-uberprufung-fur-r"],
  ["🚀🔥", "claude/12-task"],
  ["修正", "claude/12-task"],
  ["", "claude/12-task"],
  ["\u0000\u001b[31mred\u202e", "claude/12-31mred"],
  ["#(touch /tmp/x) #{pane_id}", "claude/12-touch-tmp-x-pane_id"],
  ["{title}{task}", "claude/12-title-task"],
])("S27: the title %j becomes the branch %s", (title, expected) => {
  expect(name(title)).toBe(expected);
  expect(isSafeBranchName(name(title))).toBe(true);
});

test("S27: a long title is cut to a branch of at most 80 characters", () => {
  const long = name("word ".repeat(10_000));
  expect(long.length).toBeLessThanOrEqual(80);
  expect(isSafeBranchName(long)).toBe(true);
  const wide = branchName("{title}/{title}/{title}/{title}", { task: "TASK-3", issue: 12, title: "x".repeat(300) });
  expect(isSafeBranchName(wide)).toBe(true);
});

test.each([
  "../{title}",
  "-{title}",
  "{title}.lock",
  "/{title}/",
  "HEAD",
  "",
  "refs/../{issue}",
  "@{-1}",
  "a b:{title}",
])("S27: even the template %j makes a safe branch", (template) => {
  expect(isSafeBranchName(name("Fix it", template))).toBe(true);
});

test("a task without an issue is named by its own name", () => {
  expect(branchName("claude/{issue}-{title}", { task: "TASK-3", issue: null, title: "Fix" })).toBe("claude/task-3-fix");
});

test.each([
  "-x",
  "a..b",
  "a//b",
  "a/",
  "/a",
  "a.lock",
  "A/HEAD",
  "a b",
  "a@{1}",
  "head",
  "x/HEAD",
  "x".repeat(81),
  "",
  "refs/heads/$(x)",
])("S27: %j is no branch that we push", (branch) => {
  expect(isSafeBranchName(branch)).toBe(false);
});

test("S27: a name that somebody chose may have capitals, as ticket numbers have", () => {
  for (const name of ["Feature/X", "SHOP-12-greet", "a/B_c"])
    expect([name, isSafeBranchName(name)]).toEqual([name, true]);
});
