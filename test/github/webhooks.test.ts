import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { openBench } from "./bench.ts";
import { signatureOf } from "./webhooks/signature.ts";

test("signatures agree with GitHub's own test vector", () => {
  expect(signatureOf("It's a Secret to Everybody", "Hello, World!")).toBe(
    "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
  );
});

test("deliveries are signed over their raw bytes, arrive in order, and tell installation, repository and sender", async () => {
  await using bench = await openBench();
  const { github, repo, receiver } = bench;
  const person = github.as("grace");
  const number = person.openIssue(repo.fullName, { title: "Ünïcödé 🦊", labels: ["a", "b", "c"] });
  for (let n = 0; n < 10; n += 1) person.comment(repo.fullName, number, `Comment ${n}`);
  await github.idle();
  const bodies = receiver.received
    .filter(({ event }) => event === "issue_comment")
    .map(({ payload }) => payload.comment);
  expect(bodies).toMatchObject(Array.from({ length: 10 }, (_, n) => ({ body: `Comment ${n}` })));
  for (const { raw, signature } of receiver.received) {
    const expected = createHmac("sha256", github.app.webhookSecret).update(Buffer.from(raw)).digest("hex");
    expect(signature).toBe(`sha256=${expected}`);
  }
  expect(receiver.received.find(({ payload }) => payload.action === "opened")?.payload).toMatchObject({
    installation: { id: repo.installationId },
    repository: { full_name: "ada/engine" },
    sender: { login: "grace", type: "User" },
    issue: { number, author_association: "COLLABORATOR" },
  });
  expect(new Set(receiver.received.map(({ guid }) => guid)).size).toBe(receiver.received.length);
  expect(github.violations).toEqual([]);
});

test("F19: failed deliveries are not tried again; the App lists them and asks for the same GUID once more", async () => {
  await using bench = await openBench();
  const { github, repo, receiver, appOctokit } = bench;
  receiver.answer = 503;
  const number = github.as("ada").openIssue(repo.fullName, { title: "Lost", labels: ["claude"] });
  await github.idle();
  expect(receiver.received).toHaveLength(2);
  receiver.answer = 200;
  github.as("ada").comment(repo.fullName, number, "Seen");
  await github.idle();
  const { data: failed } = await appOctokit.rest.apps.listWebhookDeliveries({ status: "failure" });
  expect(failed).toMatchObject([
    { event: "issues", action: "labeled", status_code: 503 },
    { event: "issues", action: "opened", status_code: 503 },
  ]);
  for (const { id } of failed.toReversed()) await appOctokit.rest.apps.redeliverWebhookDelivery({ delivery_id: id });
  await github.idle();
  const again = receiver.received.slice(3);
  expect(again.map(({ guid }) => guid)).toEqual(receiver.received.slice(0, 2).map(({ guid }) => guid));
  expect(again.map(({ raw }) => raw)).toEqual(receiver.received.slice(0, 2).map(({ raw }) => raw));
  const pages = await appOctokit.paginate(appOctokit.rest.apps.listWebhookDeliveries, { per_page: 2 });
  expect(pages.map(({ redelivery }) => redelivery)).toEqual([true, true, false, false, false]);
  const { data: whole } = await appOctokit.rest.apps.getWebhookDelivery({ delivery_id: pages[0]?.id ?? 0 });
  expect(whole).toMatchObject({
    status: "OK",
    response: { payload: "seen" },
    request: { payload: { action: "labeled" } },
  });
  expect(github.violations).toEqual([]);
});

test("F18: webhooks can be dropped, doubled and swapped, and forged ones sent", async () => {
  await using bench = await openBench();
  const { github, repo, receiver } = bench;
  const titles = (): unknown[] => receiver.received.map(({ payload }) => (payload.issue as { title: string }).title);
  const open = (title: string): number => github.as("ada").openIssue(repo.fullName, { title });
  github.faults.dropWebhooks(1);
  open("dropped");
  github.faults.duplicateWebhooks(1);
  open("doubled");
  github.faults.reorderWebhooks(1);
  open("first");
  open("second");
  await github.idle();
  expect(titles()).toEqual(["doubled", "doubled", "second", "first"]);
  expect(receiver.received[0]?.guid).toBe(receiver.received[1]?.guid);
  const forged = await github.deliver("issues", { action: "labeled" }, { guid: "known", signature: "sha256=00" });
  expect(forged).toMatchObject({ guid: "known", statusCode: 200 });
  expect(receiver.received.at(-1)).toMatchObject({ guid: "known", signature: "sha256=00" });
});

test("nothing is sent for repositories without the App and for events that it has not subscribed to; checks come with their permission", async () => {
  await using bench = await openBench({ app: { events: ["issues"] } });
  const { github, repo } = bench;
  await github.createRepository({ owner: "ada", name: "private-work", install: false, files: { a: "a" } });
  github.as("ada").openIssue("ada/private-work", { title: "Not yours" });
  const number = github.as("ada").openIssue(repo.fullName, { title: "Yours" });
  github.as("ada").comment(repo.fullName, number, "Not subscribed");
  await github.idle();
  await github.reportCheck(repo.fullName, "main", { name: "test", status: "queued" });
  await github.idle();
  expect(bench.events()).toEqual(["issues.opened", "check_run.created"]);
});

test("the App's own writes come back with a Bot as sender, so that it can tell itself", async () => {
  await using bench = await openBench();
  const { github, repo, octokit, receiver } = bench;
  const number = github.as("ada").openIssue(repo.fullName, { title: "One" });
  await octokit.rest.issues.createComment({ owner: "ada", repo: "engine", issue_number: number, body: "Mine" });
  await github.idle();
  expect(receiver.received.at(-1)?.payload).toMatchObject({
    sender: { login: "cc-orchestrator[bot]", type: "Bot" },
    comment: { performed_via_github_app: { id: github.app.id }, author_association: "NONE" },
  });
});

test("an issue opened with labels carries them in opened, and labeled follows for each", async () => {
  await using bench = await openBench();
  const { github, repo, receiver } = bench;
  github.as("ada").openIssue(repo.fullName, { title: "One", labels: ["claude", "bug"] });
  await github.idle();
  expect(bench.events()).toEqual(["label.created", "issues.opened", "issues.labeled", "issues.labeled"]);
  expect(receiver.received[1]?.payload).toMatchObject({ issue: { labels: [{ name: "claude" }, { name: "bug" }] } });
  expect(github.violations).toEqual([]);
});

test("F24: taking the App off a repository is told, and its tokens may write there no more", async () => {
  await using bench = await openBench();
  const { github, repo, octokit, receiver } = bench;
  const second = await github.createRepository({ owner: "ada", name: "second", install: false, files: { a: "a" } });
  github.as("ada").installApp(second.fullName);
  const issue_number = github.as("ada").openIssue(second.fullName, { title: "One" });
  const say = () => octokit.rest.issues.createComment({ owner: "ada", repo: "second", issue_number, body: "x" });
  await say();
  github.as("ada").uninstallApp(second.fullName);
  await expect(say()).rejects.toMatchObject({ status: 403 });
  await github.idle();
  expect(bench.events()).toEqual([
    "installation_repositories.added",
    "issues.opened",
    "issue_comment.created",
    "installation_repositories.removed",
  ]);
  expect(receiver.received.at(-1)?.payload).toMatchObject({
    installation: { id: repo.installationId },
    repositories_removed: [{ full_name: "ada/second" }],
  });
  const { data } = await octokit.rest.apps.listReposAccessibleToInstallation();
  expect(data.repositories.map(({ name }) => name)).toEqual(["engine"]);
  expect(github.violations).toEqual([]);
});
