import { expect, test } from "vitest";
import { aSecret } from "#test/src/integrations/receiver.ts";
import { until } from "#test/world/until.ts";
import { openWorld } from "#test/world/world.ts";
import { noIntegrations } from "../../src/config/integrations.ts";

test("with every integration down at once the issue becomes a pull request, and each place says what is wrong", async () => {
  // Port 9 is the discard service, which nobody runs.
  const apiUrl = "http://127.0.0.1:9/api/";
  const bot = { kind: "bot" as const, channel: "1", token: "t", publicKey: null };
  const project = { project: "SHOP", repository: "acme/website", label: "claude", jql: null, isPlan: false };
  const world = await openWorld({
    integrations: {
      ...noIntegrations,
      webhooks: [
        { name: "ops", url: "http://127.0.0.1:9/", events: ["*"], secrets: [aSecret("a")], mayGoInside: true },
      ],
      slack: { apiUrl, token: "xoxb-1", appToken: "xapp-1", channel: "C1", people: { "ada@acme.test": "ada" } },
      discord: { to: bot, apiUrl, people: {} },
      jira: {
        kind: "server",
        url: "http://127.0.0.1:9",
        auth: { token: "t" },
        secrets: [],
        people: {},
        projects: [{ ...project, states: {}, assignee: null, fields: {} }],
      },
    },
  });
  try {
    const issue = world.github.as("ada").openIssue(world.repo, { title: "Greet in French", body: "Say bonjour." });
    world.github.as("ada").label(world.repo, issue, "claude");
    await world.taskOf(issue, ({ status }) => status === "in_review", "the pull request");
    expect(world.github.pulls(world.repo)).toHaveLength(1);
    const failing = await until("what the places say", async () => {
      const { integrations } = await world.operator("listIntegrations", {});
      return integrations.every(({ state }) => state === "failing") ? integrations : null;
    });
    expect(failing.map(({ name }) => name)).toEqual(["ops", "slack", "discord", "jira"]);
    // What is to be shown waits, but for Jira: the task is none of its tickets.
    expect(failing.map(({ pending }) => pending > 0)).toEqual([true, true, true, false]);
    expect(failing[1]?.sentence).toContain("buttons do nothing");
    expect(failing[3]?.sentence).toContain("What people do in Jira is not heard now");
  } finally {
    await world.close();
  }
});
