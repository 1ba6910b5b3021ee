import { expect, test } from "vitest";
import { textOf } from "#integrations/jira/rich-text.ts";
import { jiraPath } from "#protocol/integration.ts";
import { openJiraStandIn } from "#test/jira/jira.ts";
import type { Script } from "#test/model/script.ts";
import { until } from "#test/world/until.ts";
import { openWorld } from "#test/world/world.ts";
import { noIntegrations } from "../../src/config/integrations.ts";

const question = {
  question: "Which language?",
  header: "Language",
  multiSelect: false,
  options: ["French", "Danish"].map((label) => ({ label, description: "" })),
};
const script: Script = [
  { text: "I have to ask.", tools: [{ name: "AskUserQuestion", input: { questions: [question] } }] },
  { text: "Danish.", tools: [{ name: "Bash", input: { command: "sed -i s/hello/hej/ greet.js" } }] },
  { text: "It greets in Danish now." },
];

test("a ticket becomes a pull request, is asked and answered in comments, and ends in Done with one comment of ours", async () => {
  const jira = await openJiraStandIn({ kind: "cloud" });
  const world = await openWorld({
    scripts: { default: script },
    integrations: {
      ...noIntegrations,
      jira: {
        kind: "cloud",
        url: jira.url,
        auth: jira.auth,
        secrets: [jira.secret],
        people: { "ada@acme.test": "ada" },
        projects: [
          {
            project: "SHOP",
            repository: "acme/website",
            label: "claude",
            jql: null,
            isPlan: false,
            states: { review: "In Review" },
            assignee: "bot",
            fields: { customfield_10050: "pull_request" },
          },
        ],
      },
    },
  });
  const door = `${world.server.url}${jiraPath}`;
  const { github, repo } = world;
  try {
    const key = jira.create({ summary: "Greet in another language", description: "Not in English." });
    jira.label(key, jira.people.ada, ["claude"]);
    expect(await jira.tell(door, key, "signature")).toBe(401);
    expect(await jira.tell(door, key)).toBe(200);
    const ours = () => jira.ticket(key).comments.filter(({ author }) => author.name === "bot");
    await until("the question in the ticket", () => textOf(ours()[0]?.body).includes("Which language?") || null);
    const task = async () => (await world.operator("showTask", { params: { task: "TASK-1" } })).task;
    jira.comment(key, jira.people.ada, "2");
    await jira.tell(door, key);
    await until("the review", () => jira.ticket(key).status === "In Review" || null, 60_000);
    expect(await task()).toMatchObject({ status: "in_review", issue: null, requestedBy: "ada" });
    const [pull] = github.pulls(repo);
    expect(pull?.body).toContain(`For [${key}](${jira.url}/browse/${key}).`);
    expect(await github.fileAt(repo, pull?.headSha ?? "", "greet.js")).toContain("hej");
    const checked = () => github.checkRuns(repo).find(({ conclusion }) => conclusion === "success") ?? null;
    await until("the check run", checked);
    expect(jira.ticket(key)).toMatchObject({ assignee: { name: "bot" }, links: [{}, {}] });

    await github.as("ada").mergePullRequest(repo, pull?.number ?? 0);
    await until("Done", () => jira.ticket(key).status === "Done" || null, 20_000);
    await until("the last word", () => textOf(ours()[0]?.body).startsWith("Done") || null);
    expect(ours()).toHaveLength(1);
    expect(jira.ticket(key).fields.customfield_10050).toBe((await task()).pullRequest?.url);
    // What Jira tells of our own changes leads to nothing.
    const shown = JSON.stringify(jira.ticket(key));
    await jira.tell(door, key);
    const { integrations } = await world
      .operator("testIntegration", { params: { integration: "jira" }, body: {} })
      .then(() => world.operator("listIntegrations", {}));
    expect(integrations).toMatchObject([{ kind: "jira", state: "good", pending: 0, dead: 0 }]);
    expect(JSON.stringify(jira.ticket(key))).toBe(shown);
    expect(jira.violations).toEqual([]);
    expect(github.violations).toEqual([]);
  } finally {
    await world.close();
    await jira.close();
  }
});
