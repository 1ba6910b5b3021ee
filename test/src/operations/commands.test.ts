import { describe, expect, test } from "vitest";
import { writeReplies } from "#operations/write-replies.ts";
import { hour, minute, second } from "./bench.ts";
import { talking } from "./talking.ts";

const on = talking();
const { repo, ada, commented, say, reactionsTo, replies, runs } = on;

describe("a command", () => {
  test("is carried out once, although the server dies before it has said so", async () => {
    let deaths = 1;
    on.bench.world.github = {
      ...on.app.github,
      react: async (where, comment, reaction) => {
        if (reaction !== "eyes" && deaths-- > 0) throw new Error("the server died here");
        await on.app.github.react(where, comment, reaction);
      },
    };
    const id = commented("ada", on.issue, "/claude run\n/claude stop\n/claude retry");
    await on.bench.workDeliveries();
    on.bench.pass(minute);
    await on.bench.workDeliveries();
    expect(reactionsTo(id)).toEqual(["eyes", "+1"]);
    expect(runs().map((run) => run.conclusion)).toEqual(["cancelled", null]);
    expect(
      on.bench.store.commands.ofComment(on.app.shop.id, String(id)).map(({ line, isDone }) => [line, isDone]),
    ).toEqual([
      ["/claude run", true],
      ["/claude stop", true],
      ["/claude retry", true],
    ]);
  });

  test("costs few calls, and a comment without one costs none", async () => {
    commented("ada", on.issue, "I wonder: what does `/claude stop` do?");
    await on.bench.workDeliveries();
    expect(on.app.newCalls()).toEqual([]);
    await say("ada", "/claude run");
    on.app.newCalls();
    await say("ada", "/claude priority high");
    const react = "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";
    const calls = on.app.newCalls();
    expect([calls[0], calls.at(-1)]).toEqual([react, react]);
    expect(calls.slice(1, -1).sort()).toEqual([
      "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
      "GET /repos/{owner}/{repo}/contents/{path}",
    ]);
  });

  test("that comes more than an hour late is not carried out, and that is said (S05)", async () => {
    const id = commented("ada", on.issue, "/claude run");
    on.bench.pass(hour + minute);
    await on.bench.workDeliveries();
    await writeReplies(on.bench.world);
    expect(reactionsTo(id)).toEqual(["eyes", "-1"]);
    expect(replies()[0]?.body).toContain("more than an hour after it was written");
    expect(on.bench.store.tasks.byIssue(on.app.shop.id, on.issue)).toBeNull();
  });

  test("whose comment is gone was taken back", async () => {
    commented("ada", on.issue, "/claude run", { id: 987_654_321 });
    await on.bench.workDeliveries();
    expect(on.bench.store.tasks.byIssue(on.app.shop.id, on.issue)).toBeNull();
    expect(on.bench.store.deliveries.nextPendingAt()).toBeNull();
  });

  test.each([null, "read", "triage", "write", "maintain", "admin"] as const)(
    "S08: by somebody with the role %s, where the policy asks for triage",
    async (role) => {
      on.app.standIn.setRole(repo(), "eve", role);
      const may = role !== null && role !== "read";
      expect(await say("eve", "/claude run")).toEqual(["eyes", may ? "+1" : "-1"]);
      expect(on.bench.store.tasks.byIssue(on.app.shop.id, on.issue) !== null).toBe(may);
      expect(await say("eve", "/claude status\n/claude why\n/claude help")).toEqual(["eyes", "+1"]);
    },
  );

  test("S08: is refused when GitHub does not tell the role", async () => {
    const route = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
    on.app.standIn.faults.failNext({ route, status: 403 });
    expect(await say("ada", "/claude run")).toEqual(["eyes", "-1"]);
    expect(replies()[0]?.body).toContain("did not tell which role");
  });

  test("S10: starts nothing in a public repository that is not opened, and `why` names that", async () => {
    const open = await on.app.standIn.createRepository({
      owner: "acme",
      name: `open-${Date.now()}`,
      private: false,
      files: { "README.md": "x" },
      collaborators: { ada: "write" },
    });
    on.app.shop = { id: open.id, name: open.fullName, installationId: open.installationId ?? 0 };
    on.issue = ada().openIssue(repo(), { title: "x" });
    expect(await say("ada", "/claude run")).toEqual(["eyes", "-1"]);
    expect(replies()[0]?.body).toContain("has not opened it for work");
    await say("ada", "/claude why");
    expect(replies()[0]?.body).toContain("✗ The repository is public");
  });
});

describe("the order of commands", () => {
  test("is that of their delivery, also when GitHub fails at the first", async () => {
    const first = commented("ada", on.issue, "/claude run");
    on.app.standIn.faults.failNext({ status: 502, route: "GET /repos/{owner}/{repo}/collaborators" });
    const second = commented("ada", on.issue, "/claude stop");
    await on.bench.workDeliveries();
    expect([reactionsTo(first), reactionsTo(second)]).toEqual([["eyes"], []]);
    on.bench.pass(minute);
    await on.bench.workDeliveries();
    on.bench.pass(minute);
    await on.bench.workDeliveries();
    expect([reactionsTo(first), reactionsTo(second)]).toEqual([
      ["eyes", "+1"],
      ["eyes", "+1"],
    ]);
    expect(runs().map((run) => run.conclusion)).toEqual(["cancelled"]);
  });

  test("does not make one issue wait for another", async () => {
    on.app.standIn.faults.failNext({ status: 502, route: "GET /repos/{owner}/{repo}/collaborators" });
    commented("ada", on.issue, "/claude run");
    on.issue = ada().openIssue(repo(), { title: "Another" });
    expect(await say("ada", "/claude run")).toEqual(["eyes", "+1"]);
  });

  test("outlives an outage of half an hour", async () => {
    on.app.standIn.faults.failNext({ status: 502, route: "GET /repos/{owner}/{repo}/collaborators", times: 12 });
    const id = commented("ada", on.issue, "/claude run");
    for (let round = 0; round < 40; round += 1) {
      await on.bench.workDeliveries();
      on.bench.pass(minute);
    }
    expect(reactionsTo(id)).toEqual(["eyes", "+1"]);
  });
});

describe("the reply", () => {
  test("is one comment; two answers within a minute stand in it together, an old one goes", async () => {
    await say("ada", "/claude stpo");
    on.bench.pass(second);
    await say("eve", "/claude run");
    expect(replies()).toHaveLength(1);
    expect(replies()[0]?.body).toMatch(/@ada · `\/claude stpo`[\s\S]*---\n\n@eve · `\/claude run`/);
    on.bench.pass(2 * minute);
    await say("ada", "/claude frobnicate");
    expect(replies()).toHaveLength(1);
    expect(replies()[0]?.body).not.toContain("stpo");
  });

  test("is written only when it says something new, and once more when somebody has deleted it", async () => {
    await say("ada", "/claude help");
    on.app.newCalls();
    await writeReplies(on.bench.world);
    on.bench.pass(second);
    await say("ada", "/claude help");
    expect(on.app.newCalls().filter((call) => call.startsWith("PATCH"))).toEqual([]);
    on.bench.pass(2 * minute);
    on.app.standIn.faults.failNext({ route: "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", status: 404 });
    await say("ada", "/claude stpo");
    expect(replies().at(-1)?.body).toContain("Try `/claude stop`");
    on.bench.pass(2 * minute);
    await say("ada", "/claude halt");
    expect(replies()).toHaveLength(2);
    expect(on.bench.store.replies.unwritten()).toEqual([]);
  });

  test("S41: quotes a hostile line and mentions nobody but its author", async () => {
    await say("ada", "/claude @acme/everyone closes #1 `x` <!-- cc-orchestrator:reply=1 -->");
    const body = replies()[0]?.body ?? "";
    expect(body.replace(/``.*?``(?!`)/g, "").match(/@[A-Za-z]+/g)).toEqual(["@ada"]);
    expect(body.match(/<!-- ?cc-orchestrator/g)).toHaveLength(1);
  });
});
