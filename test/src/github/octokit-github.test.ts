import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { GitHubRefusedError } from "#operations/ports/github.ts";
import { aPolicy, openTestApp, type TestApp } from "./app.ts";

let world: TestApp;
beforeAll(async () => {
  world = await openTestApp();
});
beforeEach(() => world.openShop());
afterEach(() => world.standIn.faults.clear());
afterAll(() => world.close());

function anIssue(body = "Please."): number {
  return world.standIn.as("ada").openIssue(world.shop.name, { title: "Add a search box", body });
}

describe("the repository", () => {
  test("is found by its name, with its id and installation", async () => {
    expect(await world.github.find(world.shop.name)).toEqual(world.shop);
    await expect(world.github.find("acme/none")).rejects.toThrow(GitHubRefusedError);
    await expect(world.github.find("shop")).rejects.toThrow(/owner\/name/);
  });

  test("is shown as it is now", async () => {
    expect(await world.github.repository(world.shop)).toEqual({
      name: world.shop.name,
      isPrivate: true,
      defaultBranch: "main",
      cloneUrl: `${world.standIn.url}/${world.shop.name}.git`,
    });
  });

  test("gives its policy file from the default branch, and null when there is none", async () => {
    expect(await world.github.policyText(world.shop)).toBe(aPolicy);
    const ada = world.standIn.as("ada");
    await ada.push(world.shop.name, { message: "Remove it", files: { ".github/cc-orchestrator.yml": null } });
    expect(await world.github.policyText(world.shop)).toBeNull();
  });

  test.each(["read", "triage", "write", "maintain", "admin"] as const)(
    "S08: tells the role %s by its own name",
    async (role) => {
      world.standIn.setRole(world.shop.name, "grace", role);
      expect(await world.github.roleOf(world.shop, "grace")).toBe(role);
    },
  );

  test("S08: somebody who is no collaborator, or whom GitHub does not know, has the role none", async () => {
    world.standIn.createUser("mallory");
    expect(await world.github.roleOf(world.shop, "mallory")).toBe("none");
    expect(await world.github.roleOf(world.shop, "nobody-of-that-name")).toBe("none");
  });

  test("S08: when GitHub cannot say, nobody has a role", async () => {
    world.standIn.faults.failNext({ route: "GET /repos/{owner}/{repo}/collaborators", status: 500 });
    await expect(world.github.roleOf(world.shop, "ada")).rejects.toThrow(/GitHub answered 500/);
  });
});

describe("an issue", () => {
  test("is read with its labels and comments", async () => {
    const number = anIssue();
    world.standIn.as("ada").label(world.shop.name, number, "claude");
    world.standIn.as("ada").comment(world.shop.name, number, "With a shortcut.");
    await world.github.createComment(world.shop, number, "Queued.");
    const issue = await world.github.issue(world.shop, number);
    expect(issue).toMatchObject({ title: "Add a search box", body: "Please.", isOpen: true, labels: ["claude"] });
    expect(issue.url).toBe(`${world.standIn.url}/${world.shop.name}/issues/${number}`);
    expect(issue.comments).toMatchObject([
      { author: "ada", isBot: false, body: "With a shortcut." },
      { author: world.standIn.app.botLogin, isBot: true, body: "Queued." },
    ]);
    expect(Math.abs(Date.now() - (issue.comments[0]?.createdAt ?? 0))).toBeLessThan(60_000);
  });

  test("without comments takes one call", async () => {
    const number = anIssue();
    world.newCalls();
    await world.github.issue(world.shop, number);
    expect(world.newCalls()).toEqual(["GET /repos/{owner}/{repo}/issues/{issue_number}"]);
  });

  test("with many comments is read for the 300 newest", async () => {
    const number = anIssue();
    for (let at = 1; at <= 450; at += 1) world.standIn.as("ada").comment(world.shop.name, number, `say ${at}`);
    world.newCalls();
    const { comments } = await world.github.issue(world.shop, number);
    expect([comments.length, comments[0]?.body, comments.at(-1)?.body]).toEqual([300, "say 151", "say 450"]);
    expect(world.newCalls()).toHaveLength(5);
  });

  test("that is not there is refused, in a sentence", async () => {
    await expect(world.github.issue(world.shop, 99)).rejects.toThrow(
      /^GitHub refused GET .*\/issues\/99 with 404: Not Found/,
    );
  });

  test("gets 👀 once, however often", async () => {
    const number = anIssue();
    await world.github.acknowledge(world.shop, number);
    await world.github.acknowledge(world.shop, number);
    expect(world.standIn.reactions(world.shop.name, number)).toEqual([
      { content: "eyes", by: world.standIn.app.botLogin },
    ]);
  });
});

describe("a credential for git", () => {
  test("is new each time, for one repository and its contents only", async () => {
    const other = await world.standIn.createRepository({
      owner: "acme",
      name: "secret",
      private: true,
      files: { a: "b" },
    });
    const before = world.standIn.tokens.length;
    const read = await world.github.credential(world.shop, "read");
    const write = await world.github.credential(world.shop, "write");
    expect(read.password).not.toBe(write.password);
    expect(write.username).toBe("x-access-token");
    expect(Date.parse(write.expiresAt)).toBeGreaterThan(Date.now() + 50 * 60_000);
    expect(world.standIn.tokens.slice(before)).toMatchObject([
      { repositories: [world.shop.name], permissions: { contents: "read", metadata: "read" } },
      { repositories: [world.shop.name], permissions: { contents: "write", metadata: "read" } },
    ]);
    const headers = { authorization: `Bearer ${write.password}` };
    expect(
      (await fetch(`${world.standIn.apiUrl}/repos/${world.shop.name}/contents/README.md`, { headers })).status,
    ).toBe(200);
    expect((await fetch(`${world.standIn.apiUrl}/repos/${other.fullName}`, { headers })).status).toBe(404);
    expect((await fetch(`${world.standIn.apiUrl}/repos/${world.shop.name}/issues`, { headers })).status).toBe(403);
  });

  test("is not given for an installation that is gone, and the reason is about the app", async () => {
    const gone = { ...world.shop, installationId: 999_999 };
    const refusal = {
      name: "GitHubRefusedError",
      status: 403,
      message: expect.stringContaining("no longer installed"),
    };
    await expect(world.github.credential(gone, "read")).rejects.toMatchObject(refusal);
    // Above all, an app that is gone must not read as "this person has no role" or "there is no policy".
    await expect(world.github.roleOf(gone, "ada")).rejects.toMatchObject(refusal);
    await expect(world.github.policyText(gone)).rejects.toMatchObject(refusal);
  });
});
