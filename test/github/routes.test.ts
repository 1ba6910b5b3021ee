import { expect, test } from "vitest";
import { openBench } from "./bench.ts";
import { apiVersions } from "./contract/contract.ts";
import { routes } from "./routes/table.ts";

const at = { owner: "ada", repo: "engine" };

test.each(apiVersions)(
  "every route of the stand-in answers as GitHub's own description of %s says",
  async (version) => {
    await using bench = await openBench();
    const { github, octokit, appOctokit, repo } = bench;
    for (const client of [octokit, appOctokit]) {
      client.hook.before("request", (options) => {
        options.headers["x-github-api-version"] = version;
      });
    }
    const { rest } = octokit;
    const name = repo.fullName;

    // The App about itself.
    expect((await appOctokit.rest.apps.getAuthenticated()).data).toMatchObject({ slug: "cc-orchestrator" });
    const { data: installations } = await appOctokit.rest.apps.listInstallations();
    const installation_id = installations[0]?.id ?? 0;
    await appOctokit.rest.apps.getInstallation({ installation_id });
    expect((await appOctokit.rest.apps.getRepoInstallation(at)).data.id).toBe(installation_id);
    await appOctokit.rest.apps.getWebhookConfigForApp();
    expect((await rest.apps.listReposAccessibleToInstallation()).data.total_count).toBe(1);

    // People's tokens of the App, by its client.
    const access_token = github.userToken("grace");
    const { clientId: client_id, clientSecret } = github.app;
    const asClient = bench.withToken("");
    const authorization = `Basic ${Buffer.from(`${client_id}:${clientSecret}`).toString("base64")}`;
    asClient.hook.before("request", (options) => {
      Object.assign(options.headers, { authorization, "x-github-api-version": version });
    });
    const token = { client_id, access_token };
    expect((await asClient.rest.apps.checkToken(token)).data).toMatchObject({ user: { login: "grace" } });
    await asClient.rest.apps.deleteToken(token);
    await expect(asClient.rest.apps.checkToken(token)).rejects.toMatchObject({ status: 404 });

    // The repository, its people and its history.
    expect((await rest.repos.get(at)).data.default_branch).toBe("main");
    await rest.repos.listCollaborators(at);
    expect((await rest.repos.checkCollaborator({ ...at, username: "grace" })).status).toBe(204);
    const role = async (username: string) =>
      (await rest.repos.getCollaboratorPermissionLevel({ ...at, username })).data;
    expect(await role("tim")).toMatchObject({ permission: "read", role_name: "triage" });
    github.createUser("stranger");
    expect(await role("stranger")).toMatchObject({ permission: "read", role_name: "read" });
    await expect(role("nobody-at-all")).rejects.toMatchObject({ status: 404 });
    await expect(rest.users.getAuthenticated()).rejects.toMatchObject({ status: 403 });
    const person = bench.withToken(github.createUser("grace").token);
    expect((await person.rest.users.getAuthenticated()).data.login).toBe("grace");
    expect((await rest.users.getByUsername({ username: "grace" })).data.login).toBe("grace");
    await rest.rateLimit.get();
    const { data: readme } = await rest.repos.getContent({ ...at, path: "README.md" });
    expect(readme).toMatchObject({ type: "file", encoding: "base64", content: "IyBFbmdpbmUK\n" });
    expect((await rest.repos.getContent({ ...at, path: "" })).data).toMatchObject([
      { name: "README.md" },
      { name: "src" },
    ]);
    expect((await rest.repos.getContent({ ...at, path: "src" })).data).toMatchObject([{ path: "src/main.ts" }]);
    await rest.repos.listCommits(at);
    await rest.repos.getCommit({ ...at, ref: "main" });
    await rest.git.getCommit({ ...at, commit_sha: repo.sha });
    await rest.git.createRef({ ...at, ref: "refs/heads/topic/one", sha: repo.sha });
    const two = await github
      .as("grace")
      .push(name, { branch: "topic/two", message: "Two", files: { "src/main.ts": "export const answer = 42;\n" } });
    await rest.git.updateRef({ ...at, ref: "heads/topic/one", sha: two });
    expect((await rest.git.getRef({ ...at, ref: "heads/topic/one" })).data.object.sha).toBe(two);
    expect((await rest.git.listMatchingRefs({ ...at, ref: "heads/topic" })).data).toHaveLength(2);
    await rest.git.deleteRef({ ...at, ref: "heads/topic/one" });
    await rest.repos.listBranches(at);
    expect((await rest.repos.getBranch({ ...at, branch: "topic/two" })).data.commit.sha).toBe(two);
    const { data: compared } = await rest.repos.compareCommitsWithBasehead({ ...at, basehead: "main...topic/two" });
    expect(compared).toMatchObject({ status: "ahead", ahead_by: 1, files: [{ filename: "src/main.ts" }] });

    // Issues.
    const { data: issue } = await rest.issues.create({ ...at, title: "One", body: "Text", labels: ["bug", "claude"] });
    const n = { ...at, issue_number: issue.number };
    expect((await rest.issues.listForRepo({ ...at, labels: "bug" })).data).toHaveLength(1);
    await rest.issues.update({ ...n, title: "One, renamed", state: "closed", state_reason: "not_planned" });
    await rest.issues.update({ ...n, state: "open" });
    expect((await rest.issues.get(n)).data).toMatchObject({ title: "One, renamed", state_reason: "reopened" });
    await rest.issues.addAssignees({ ...n, assignees: ["grace"] });
    await rest.issues.removeAssignees({ ...n, assignees: ["grace"] });
    await rest.issues.addLabels({ ...n, labels: ["extra"] });
    expect((await rest.issues.listLabelsOnIssue(n)).data).toHaveLength(3);
    await rest.issues.removeLabel({ ...n, name: "extra" });
    await rest.issues.setLabels({ ...n, labels: ["bug"] });
    await rest.issues.removeAllLabels(n);
    await rest.issues.createLabel({ ...at, name: "needs review", color: "00ff00" });
    await rest.issues.updateLabel({ ...at, name: "needs review", new_name: "reviewed", description: "Seen" });
    await rest.issues.getLabel({ ...at, name: "reviewed" });
    await rest.issues.listLabelsForRepo(at);
    await rest.issues.deleteLabel({ ...at, name: "reviewed" });
    const { data: comment } = await rest.issues.createComment({ ...n, body: "Hello" });
    const c = { ...at, comment_id: comment.id };
    await rest.issues.getComment(c);
    await rest.issues.updateComment({ ...c, body: "Hello again" });
    await rest.issues.listComments(n);
    await rest.issues.listCommentsForRepo(at);
    const { data: eyes } = await rest.reactions.createForIssue({ ...n, content: "eyes" });
    expect((await rest.reactions.createForIssue({ ...n, content: "eyes" })).status).toBe(200);
    await rest.reactions.listForIssue(n);
    await rest.reactions.deleteForIssue({ ...n, reaction_id: eyes.id });
    const { data: heart } = await rest.reactions.createForIssueComment({ ...c, content: "heart" });
    await rest.reactions.listForIssueComment(c);
    await rest.reactions.deleteForIssueComment({ ...c, reaction_id: heart.id });
    await rest.issues.listEvents(n);
    expect((await rest.issues.listEventsForTimeline(n)).data.length).toBeGreaterThan(5);
    await rest.issues.deleteComment(c);
    const { data: blocker } = await rest.issues.create({ ...at, title: "First this" });
    await rest.issues.addBlockedByDependency({ ...n, issue_id: blocker.id });
    expect((await rest.issues.listDependenciesBlockedBy(n)).data).toHaveLength(1);
    await rest.issues.removeDependencyBlockedBy({ ...n, issue_id: blocker.id });
    await rest.issues.addSubIssue({ ...n, sub_issue_id: blocker.id });
    expect((await rest.issues.listSubIssues(n)).data).toHaveLength(1);

    // Pull requests and reviews.
    const { data: pull } = await rest.pulls.create({
      ...at,
      title: "Two",
      head: "topic/two",
      base: "main",
      draft: true,
    });
    expect("merge_commit_sha" in pull).toBe(version === "2022-11-28");
    const p = { ...at, pull_number: pull.number };
    expect((await rest.pulls.list({ ...at, head: "ada:topic/two" })).data).toHaveLength(1);
    await rest.pulls.update({ ...p, body: `Closes #${issue.number}` });
    expect((await rest.pulls.get(p)).data).toMatchObject({ mergeable_state: "draft", changed_files: 1 });
    expect((await rest.pulls.listFiles(p)).data).toMatchObject([
      { filename: "src/main.ts", patch: expect.any(String) },
    ]);
    expect((await rest.pulls.listCommits(p)).data).toMatchObject([{ sha: two }]);
    expect((await rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: two })).data).toHaveLength(1);
    await rest.pulls.requestReviewers({ ...p, reviewers: ["grace", "tim"] });
    await rest.pulls.listRequestedReviewers(p);
    await rest.pulls.removeRequestedReviewers({ ...p, reviewers: ["tim"] });
    const review_id = await github.as("grace").review(name, pull.number, {
      event: "REQUEST_CHANGES",
      body: "Please",
      comments: [{ path: "src/main.ts", line: 1, body: "Name the number" }],
    });
    await rest.pulls.listReviews(p);
    await rest.pulls.getReview({ ...p, review_id });
    const { data: said } = await rest.pulls.listCommentsForReview({ ...p, review_id });
    const comment_id = said[0]?.id ?? 0;
    await rest.pulls.createReview({ ...p, event: "COMMENT", body: "Noted" });
    await rest.pulls.dismissReview({ ...p, review_id, message: "Done" });
    const { data: mine } = await rest.pulls.createReviewComment({
      ...p,
      body: "Mine",
      commit_id: two,
      path: "src/main.ts",
      line: 1,
    });
    await rest.pulls.createReplyForReviewComment({ ...p, comment_id, body: "Named" });
    expect((await rest.pulls.listReviewComments(p)).data).toHaveLength(3);
    await rest.pulls.getReviewComment({ ...at, comment_id });
    await rest.pulls.updateReviewComment({ ...at, comment_id: mine.id, body: "Mine, changed" });
    const { data: rocket } = await rest.reactions.createForPullRequestReviewComment({
      ...at,
      comment_id,
      content: "rocket",
    });
    await rest.reactions.listForPullRequestReviewComment({ ...at, comment_id });
    await rest.reactions.deleteForPullRequestComment({ ...at, comment_id, reaction_id: rocket.id });
    await rest.pulls.deleteReviewComment({ ...at, comment_id: mine.id });

    // GraphQL, where REST cannot.
    const { repository } = await octokit.graphql<{
      repository: { pullRequest: { id: string; reviewThreads: { nodes: { id: string; isResolved: boolean }[] } } };
    }>(
      `query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) {
      pullRequest(number: $number) { id reviewThreads(first: 50) { nodes { id isResolved } } } } }`,
      { owner: "ada", name: "engine", number: pull.number },
    );
    const [thread] = repository.pullRequest.reviewThreads.nodes;
    await octokit.graphql(
      "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }",
      {
        id: thread?.id,
      },
    );
    expect(github.reviews(name, pull.number).comments[0]?.resolved).toBe(true);
    const ready =
      "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }";
    expect(await octokit.graphql(ready, { id: pull.node_id })).toMatchObject({
      markPullRequestReadyForReview: { pullRequest: { isDraft: false } },
    });

    // Checks and statuses.
    const annotation = {
      path: "src/main.ts",
      start_line: 1,
      end_line: 1,
      annotation_level: "warning" as const,
      message: "!",
    };
    const { data: run } = await rest.checks.create({
      ...at,
      name: "Claude",
      head_sha: two,
      status: "completed",
      conclusion: "failure",
      output: { title: "No", summary: "Not yet", annotations: [annotation] },
      actions: [{ label: "Retry", description: "Try again", identifier: "retry" }],
    });
    const check = { ...at, check_run_id: run.id };
    await rest.checks.get(check);
    await rest.checks.listAnnotations(check);
    github.as("grace").requestCheckAction(name, run.id, "retry");
    await rest.checks.rerequestRun(check);
    await rest.checks.update({ ...check, status: "in_progress" });
    await rest.checks.update({ ...check, conclusion: "success" });
    expect((await rest.checks.listForRef({ ...at, ref: "topic/two" })).data.total_count).toBe(1);
    const { data: suites } = await rest.checks.listSuitesForRef({ ...at, ref: two });
    const suite = { ...at, check_suite_id: suites.check_suites[0]?.id ?? 0 };
    expect((await rest.checks.getSuite(suite)).data.conclusion).toBe("success");
    await rest.checks.listForSuite(suite);
    await rest.checks.rerequestSuite(suite);
    const job = { steps: [{ name: "npm test", conclusion: "failure", lines: ["not ok 1"] }] };
    const job_id = await github.reportCheck(name, two, { name: "tests", conclusion: "failure", job });
    expect((await rest.actions.getJobForWorkflowRun({ ...at, job_id })).data.steps).toHaveLength(1);
    const log = await rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id, request: { redirect: "manual" } });
    expect(await (await fetch(log.headers.location ?? "")).text()).toContain("Z not ok 1");
    await rest.repos.createCommitStatus({ ...at, sha: two, state: "success", context: "ci/other" });
    await rest.repos.listCommitStatusesForRef({ ...at, ref: two });
    expect((await rest.repos.getCombinedStatusForRef({ ...at, ref: two })).data.state).toBe("success");
    await github
      .as("ada")
      .push(name, { message: "Add a workflow", files: { ".github/workflows/run.yml": "on: workflow_dispatch\n" } });
    await rest.actions.createWorkflowDispatch({
      ...at,
      workflow_id: "run.yml",
      ref: "main",
      inputs: { task: "TASK-1" },
    });
    expect(github.dispatches(name)).toMatchObject([{ workflow: "run.yml", inputs: { task: "TASK-1" } }]);
    await rest.actions.cancelWorkflowRun({ ...at, run_id: github.dispatches(name)[0]?.runId ?? 0 });
    expect(github.dispatches(name)[0]?.isCancelled).toBe(true);

    await expect(rest.pulls.checkIfMerged(p)).rejects.toMatchObject({ status: 404 });
    await rest.pulls.merge({ ...p, merge_method: "squash", sha: two });
    expect((await rest.pulls.checkIfMerged(p)).status).toBe(204);
    expect(github.issue(name, issue.number).state).toBe("closed");

    // Deliveries.
    await github.idle();
    const { data: deliveries } = await appOctokit.rest.apps.listWebhookDeliveries({ per_page: 100 });
    const delivery_id = deliveries[0]?.id ?? 0;
    await appOctokit.rest.apps.getWebhookDelivery({ delivery_id });
    await appOctokit.rest.apps.redeliverWebhookDelivery({ delivery_id });
    await bench.withToken(await bench.mint()).rest.apps.revokeInstallationAccessToken();
    await github.idle();

    expect(github.violations).toEqual([]);
    const called = new Set(github.calls.map((call) => `${call.method} ${call.route}`));
    const untouched = routes.map(({ method, path }) => `${method} ${path}`).filter((route) => !called.has(route));
    expect(untouched).toEqual([]);
  },
);

test("an API version that GitHub does not have is refused", async () => {
  await using bench = await openBench();
  const headers = { "x-github-api-version": "2021-01-01" };
  const asked = bench.octokit.rest.repos.get({ owner: "ada", repo: "engine", headers });
  await expect(asked).rejects.toMatchObject({ status: 400, message: expect.stringContaining("2026-03-10") });
});
