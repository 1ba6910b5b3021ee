import { createCloudClient, isRateLimitError } from "jira.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type JiraStandIn, openJiraStandIn } from "./jira.ts";

let jira: JiraStandIn;
let client: ReturnType<typeof createCloudClient>;
beforeEach(async () => {
  jira = await openJiraStandIn({ kind: "cloud" });
  const { url, auth } = jira;
  const email = "email" in auth ? (auth.email ?? "") : "";
  client = createCloudClient({
    host: url,
    auth: { type: "basic", email, apiToken: auth.token },
    onSchemaMismatch: "throw",
  });
});
afterEach(() => jira.close());

test("the stand-in answers jira.js as Atlassian describes Jira Cloud: every answer passes the library's own schemas", async () => {
  const key = jira.create({ summary: "Greet in French", description: "Say bonjour.", labels: ["claude"] });
  jira.label(key, jira.people.ada, ["claude", "nice"]);
  const about = { issueIdOrKey: key };
  expect((await client.myself.getCurrentUser()).displayName).toBe("Claude");
  const found = await client.issueSearch.searchAndReconsileIssuesUsingJqlPost({
    jql: 'project = SHOP AND labels = "claude" AND updated >= -5m ORDER BY updated',
    fields: ["updated"],
  });
  expect(found.issues?.map((one) => one.key)).toEqual([key]);
  expect((await client.issues.getIssue({ ...about, expand: "changelog" })).key).toBe(key);
  const { transitions } = await client.issues.getTransitions(about);
  const to = transitions?.find(({ name }) => name === "In Progress")?.id ?? "";
  await client.issues.doTransition({ ...about, transition: { id: to } });
  expect(jira.ticket(key).status).toBe("In Progress");
  const body = {
    version: 1,
    type: "doc",
    content: [{ type: "paragraph", content: [{ type: "text", text: "Hello" }] }],
  };
  const made = await client.issueComments.addComment({ ...about, body });
  expect((await client.issueComments.getComments(about)).comments?.map(({ id }) => id)).toEqual([made.id]);
  const object = { url: "https://github.test/pull/1", title: "The pull request" };
  await client.issueRemoteLinks.createOrUpdateRemoteIssueLink({ ...about, globalId: "one", object });
  await client.issueRemoteLinks.createOrUpdateRemoteIssueLink({ ...about, globalId: "one", object });
  expect(jira.ticket(key).links).toHaveLength(1);
});

test("the stand-in refuses what Jira refuses: a text for a document, a query it cannot read, too many calls", async () => {
  const key = jira.create({ summary: "Greet" });
  const wrong = { version: 1, type: "doc", content: [{ type: "paragraf" }] };
  await expect(client.issueComments.addComment({ issueIdOrKey: key, body: wrong as never })).rejects.toThrow(
    "INVALID_INPUT",
  );
  expect(jira.violations).toHaveLength(1);
  const bad = client.issueSearch.searchAndReconsileIssuesUsingJqlPost({ jql: "labels ~~ claude" });
  await expect(bad).rejects.toThrow("Error in the JQL Query");
  jira.fail(/myself/, { status: 429, retryAfter: 7 });
  const busy = await client.myself.getCurrentUser().catch((error: unknown) => error);
  expect(isRateLimitError(busy) && busy.retryAfterMs).toBe(7_000);
});
