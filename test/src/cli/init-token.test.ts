import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GitHubStandIn, openGitHub } from "#test/github/github.ts";
import { openHome } from "./world.ts";

let github: GitHubStandIn;
let folder: string;
let home: ReturnType<typeof openHome>;
let token: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cco-init-token-"));
  github = await openGitHub({ folder });
  for (const name of ["shop", "site"])
    await github.createRepository({
      owner: "acme",
      name,
      private: true,
      install: false,
      files: { "README.md": "x\n" },
      collaborators: { ada: "write", eve: "read" },
    });
  token = github.createUser("ada").token;
});
beforeEach(() => {
  home = openHome();
});
afterEach(() => {
  home.close();
  github.setScopes("ada", ["repo"]);
});
afterAll(async () => {
  expect(github.violations).toEqual([]);
  await github.close();
  rmSync(folder, { recursive: true, force: true });
});

const config = () => readFileSync(join(home.folder, ".config/cc-orchestrator/config.yaml"), "utf8");
const kept = () => join(home.folder, ".config/cc-orchestrator/github.token");
const init = (args: readonly string[], env: Record<string, string> = {}, place = home.folder) =>
  home.run(["init", "--token", ...args], { GITHUB_API_URL: github.apiUrl, GITHUB_TOKEN: token, ...env }, place);

describe("init --token", () => {
  it("takes the repository that the folder was cloned from, and keeps the token for its owner alone (S47)", async () => {
    const place = join(home.folder, "shop");
    mkdirSync(place);
    for (const args of [
      ["init", "-q"],
      ["remote", "add", "origin", "git@github.com:acme/shop.git"],
    ])
      execFileSync("git", args, { cwd: place });
    const { code, out, err } = await init(["--yes"], {}, place);
    expect([code, out]).toEqual([0, "acme/shop\n"]);
    expect(err).toMatch(/^ada's token is in .*github\.token, for you alone/);
    expect(err).toContain("in your name");
    expect(readFileSync(kept(), "utf8")).toBe(`${token}\n`);
    expect(statSync(kept()).mode & 0o777).toBe(0o600);
    expect(config()).not.toContain(token);
    // The token of one GitHub is never sent to another, also where nobody says again which it is.
    expect(config()).toContain(`github_api_url: ${github.apiUrl}`);
    expect(out + err).not.toContain(token);
    // Once more, for another one.
    const again = await init(["--json", "--repository", "acme/site"]);
    expect(JSON.parse(again.out)).toMatchObject({ login: "ada", repositories: ["acme/shop", "acme/site"] });
    const { out: doctor } = await home.run(["doctor"]);
    expect(doctor).toMatch(/^✓ GitHub token +ada's, for acme\/shop, acme\/site$/m);
  });

  it.each([
    {
      what: "a token that GitHub does not take",
      env: { GITHUB_TOKEN: `ghp_${"0".repeat(36)}` },
      says: /does not take/,
    },
    {
      what: "a repository that is not there",
      args: ["--repository", "acme/none"],
      says: /no way to acme\/none \(404\)/,
    },
    { what: "somebody who may not push", login: "eve", says: /eve may not push to acme\/shop/ },
    { what: "a scope that is missing", scopes: ["gist"], says: /lacks the scope repo/ },
    { what: "what is no repository", args: ["--repository", "shop"], says: /is not a repository/, exit: 2 },
    { what: "what is no token", env: { GITHUB_TOKEN: "a b" }, says: /This is not a token/, exit: 2 },
    {
      what: "no token at all",
      env: { GITHUB_TOKEN: "", GH_TOKEN: "", PATH: "/nowhere" },
      says: /A token is needed/,
      exit: 2,
    },
  ])("writes nothing for $what", async ({ args = [], env = {}, login, scopes, says, exit = 1 }) => {
    if (scopes !== undefined) github.setScopes("ada", scopes);
    const own = login === undefined ? {} : { GITHUB_TOKEN: github.createUser(login).token };
    const named = args.length > 0 ? args : ["--repository", "acme/shop"];
    const { code, out, err } = await init(["--yes", ...named], { ...own, ...env });
    expect([code, out]).toEqual([exit, ""]);
    expect(err).toMatch(says);
    expect(() => config()).toThrow(/ENOENT/);
  });
});

describe("doctor, where a token stands for the App", () => {
  const file = (text: string) => {
    mkdirSync(join(home.folder, ".config/cc-orchestrator"), { recursive: true });
    writeFileSync(join(home.folder, ".config/cc-orchestrator/config.yaml"), text, { mode: 0o600 });
  };
  const found = async (env: Record<string, string>) => {
    const { out } = await home.run(["doctor", "--json"], { GITHUB_API_URL: github.apiUrl, ...env });
    const { checks } = JSON.parse(out) as { checks: { name: string; verdict: string; found: string }[] };
    return checks.filter(({ name }) => name === "GitHub token").map((one) => `${one.verdict}: ${one.found}`);
  };

  it("says what it lacks, and where GitHub does not tell of checks", async () => {
    file("github:\n  repositories: [acme/shop]\n");
    expect(await found({ GITHUB_TOKEN: token })).toEqual(["good: ada's, for acme/shop"]);
    github.setScopes("ada", null);
    const route = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";
    github.faults.failNext({ route, status: 403, message: "Resource not accessible by personal access token" });
    expect(await found({ GITHUB_TOKEN: token })).toEqual([
      "good: ada's, for acme/shop",
      "note: it does not show the check runs of acme/shop, so that failing CI is not repaired",
    ]);
    const revoked = { GITHUB_TOKEN: `ghp_${"1".repeat(36)}` };
    expect(await found(revoked)).toEqual(["missing: GitHub does not take the token (401)"]);
  });
});
