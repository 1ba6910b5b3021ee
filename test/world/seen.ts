import type { GitHubStandIn } from "#test/github/github.ts";

/** What people see of a task on GitHub, as Markdown in which nothing changes from one run of a test to the next. */
export type Seen = {
  repo: string;
  issue: number;
  /** 0 for none. */
  pull: number;
  /** With what check runs say and offer, not only how they ended. */
  withChecks?: boolean;
  /** Our calls that count; absent for those that made something new, whatever was edited meanwhile. */
  calls?: GitHubStandIn["calls"];
};

export function seenOn(github: GitHubStandIn, of: Seen): string {
  const { repo, issue, pull } = of;
  const said = (thread: number) => github.comments(repo, thread).map(({ author, body }) => `**${author}**\n\n${body}`);
  const threads = (pull === 0 ? [] : github.reviews(repo, pull).comments).map(
    ({ author, path, line, inReplyTo, body }) => {
      return `- ${inReplyTo === null ? `${path}:${line} ` : "  "}**${author}**: ${body}`;
    },
  );
  const labels = github.issue(repo, issue).labels.map((label) => `\`${label}\``);
  const parts = [
    "# The issue",
    ...(of.calls === undefined ? [] : [labels.join(" ")]),
    ...said(issue),
    ...(pull === 0 ? [] : ["# The pull request", github.pulls(repo).find(({ number }) => number === pull)?.body ?? ""]),
    ...(pull === 0 ? [] : said(pull)),
    ...(threads.length === 0 ? [] : ["## Threads", threads.join("\n")]),
    ...(of.withChecks ? checksInFull(github, repo) : checkList(github, repo)),
    ...(of.calls === undefined
      ? ["# Calls that make something new, labels left out", created(github).join("\n")]
      : [`# What it cost: ${writes(of.calls).length} calls that write`, counted(writes(of.calls)).join("\n")]),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`
    .replace(/<!--.*?-->\s*/g, "")
    .replace(/\b[0-9a-f]{40}\b/g, "SHA")
    .replace(/`[0-9a-f]{7}`/g, "`SHA`")
    .replace(/goes on at [0-9a-f]{7}/g, "goes on at SHA")
    .replace(/\b\d{1,2} [A-Z][a-z]{2}, \d\d:\d\d UTC/g, "a day and time")
    .replace(/less than a minute|\d+ s\b|\d+ min\b/g, "a moment");
}

function checkList(github: GitHubStandIn, repo: string): string[] {
  const lines = github
    .checkRuns(repo)
    .map(({ name, conclusion, output }) => `- ${name}: ${conclusion} · ${output.title ?? ""}`);
  return ["# Check runs, commit by commit", lines.join("\n")];
}

function checksInFull(github: GitHubStandIn, repo: string): string[] {
  return github
    .checkRuns(repo)
    .flatMap(({ name, status, conclusion, output, actions }) => [
      `# Check run “${name}”: ${conclusion ?? status}`,
      `**${output.title ?? ""}**${actions.map(({ label }) => ` [ ${label} ]`).join("")}`,
      output.summary ?? "",
    ]);
}

function created(github: GitHubStandIn): string[] {
  const posts = ours(github.calls).filter(({ method }) => method === "POST");
  return counted(posts.filter(({ route }) => !/labels|graphql/.test(route))).map((line) => line.replace(" POST", ""));
}

/** Calls of ours that write: GitHub bounds them for the whole app. */
function writes(calls: GitHubStandIn["calls"]): GitHubStandIn["calls"] {
  return ours(calls).filter(({ method, route }) => method !== "GET" && !route.includes("graphql"));
}

function counted(calls: GitHubStandIn["calls"]): string[] {
  const names = calls.map(({ method, route }) => `${method} ${route.replace("/repos/{owner}/{repo}", "")}`);
  return [...Map.groupBy(names, (name) => name)].map(([name, all]) => `- ${all.length} × ${name}`).toSorted();
}

export const ours = (calls: GitHubStandIn["calls"]) => calls.filter(({ actor }) => actor.startsWith("installation"));
