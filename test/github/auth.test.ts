import { createSign, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { openBench } from "./bench.ts";

const at = { owner: "ada", repo: "engine" };

function jwt(key: string, claims: Record<string, unknown>, alg = "RS256"): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${part({ alg, typ: "JWT" })}.${part(claims)}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(key, "base64url")}`;
}

test("an App's JWT is refused when it is stale, too long, from the future, unsigned by its key or another App's", async () => {
  await using bench = await openBench();
  const { github } = bench;
  const now = Math.floor(Date.now() / 1000);
  const good = { iat: now - 60, exp: now + 540, iss: github.app.id };
  const { privateKey: other } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const status = async (token: string): Promise<number> =>
    (await fetch(`${github.apiUrl}/app`, { headers: { authorization: `Bearer ${token}` } })).status;
  const { privateKey } = github.app;
  expect(await status(jwt(privateKey, good))).toBe(200);
  expect(await status(jwt(privateKey, { ...good, iss: github.app.clientId }))).toBe(200);
  expect(await status(jwt(privateKey, { ...good, exp: now - 1 }))).toBe(401);
  expect(await status(jwt(privateKey, { ...good, exp: now + 3600 }))).toBe(401);
  expect(await status(jwt(privateKey, { ...good, iat: now + 300 }))).toBe(401);
  expect(await status(jwt(privateKey, { ...good, iss: 1 }))).toBe(404);
  expect(await status(jwt(privateKey, good, "none"))).toBe(401);
  expect(await status(jwt(other, good))).toBe(401);
  expect(await status("not.a.jwt")).toBe(401);
});

test("S47: an installation token has the long format, lives an hour, and is remembered with what it was narrowed to", async () => {
  await using bench = await openBench();
  const { github } = bench;
  const token = await bench.mint({ repositories: ["engine"], permissions: { contents: "read" } });
  expect(token).toMatch(new RegExp(`^ghs_${github.app.id}_[\\w-]+\\.[\\w-]+\\.[\\w-]+$`));
  expect(token.length).toBeGreaterThan(480);
  expect(token.length).toBeLessThan(560);
  expect(github.tokens.at(-1)).toMatchObject({
    repositories: ["ada/engine"],
    permissions: { contents: "read", metadata: "read" },
    revoked: false,
  });
  const { createdAt, expiresAt } = github.tokens.at(-1) ?? { createdAt: new Date(0), expiresAt: new Date(0) };
  expect(Math.round((expiresAt.getTime() - createdAt.getTime()) / 1000)).toBe(3600);
});

test("F24: a revoked, expired or unknown token is answered 401 Bad credentials", async () => {
  await using bench = await openBench();
  const { github } = bench;
  const refused = { status: 401, message: expect.stringContaining("Bad credentials") };
  const revoked = bench.withToken(await bench.mint());
  await revoked.rest.repos.get(at);
  await revoked.rest.apps.revokeInstallationAccessToken();
  await expect(revoked.rest.repos.get(at)).rejects.toMatchObject(refused);
  const expired = bench.withToken(await bench.mint());
  for (const minted of github.tokens) minted.expiresAt = new Date(Date.now() - 1000);
  await expect(expired.rest.repos.get(at)).rejects.toMatchObject(refused);
  await expect(bench.withToken("ghs_1_made.up.token").rest.repos.get(at)).rejects.toMatchObject(refused);
  expect(github.violations).toEqual([]);
});

test("a token does only what it was narrowed to: 403 for a missing permission, 404 outside its repositories", async () => {
  await using bench = await openBench();
  const { github, repo } = bench;
  await github.createRepository({ owner: "ada", name: "other", files: { a: "a" } });
  await github.createRepository({ owner: "ada", name: "secret", private: true, install: false, files: { a: "a" } });
  const number = github.as("ada").openIssue(repo.fullName, { title: "One" });
  const lean = bench.withToken(
    await bench.mint({ repositories: ["engine"], permissions: { issues: "read", contents: "read" } }),
  );
  const denied = { status: 403, message: expect.stringContaining("Resource not accessible by integration") };
  const check = { ...at, name: "Claude", head_sha: repo.sha };
  await expect(lean.rest.checks.create(check)).rejects.toMatchObject(denied);
  await expect(lean.rest.issues.createComment({ ...at, issue_number: number, body: "x" })).rejects.toMatchObject(
    denied,
  );
  await expect(lean.rest.pulls.create({ ...at, head: "a", base: "main", title: "x" })).rejects.toMatchObject(denied);
  await expect(lean.rest.git.createRef({ ...at, ref: "refs/heads/x", sha: repo.sha })).rejects.toMatchObject(denied);
  await expect(lean.rest.repos.get({ owner: "ada", repo: "other" })).rejects.toMatchObject({ status: 404 });
  await expect(bench.octokit.rest.repos.get({ owner: "ada", repo: "secret" })).rejects.toMatchObject({ status: 404 });
  expect((await lean.rest.issues.get({ ...at, issue_number: number })).status).toBe(200);
  await expect(bench.mint({ permissions: { administration: "write" } })).rejects.toMatchObject({ status: 422 });
  await expect(bench.mint({ repositories: ["secret"] })).rejects.toMatchObject({ status: 422 });
  expect(github.violations).toEqual([]);
});

test("people's tokens do what their role allows, and never write check runs", async () => {
  await using bench = await openBench();
  const { github, repo } = bench;
  const as = (login: string) => bench.withToken(github.createUser(login).token);
  const { data: issue } = await as("rea").rest.issues.create({ ...at, title: "Mine", labels: ["claude"] });
  expect(issue.labels).toEqual([]);
  const label = { ...at, issue_number: issue.number, labels: ["claude"] };
  await expect(as("rea").rest.issues.addLabels(label)).rejects.toMatchObject({ status: 403 });
  await as("tim").rest.issues.addLabels(label);
  await expect(as("grace").rest.checks.create({ ...at, name: "x", head_sha: repo.sha })).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining("GitHub App"),
  });
  expect(() => github.as("rea").label(repo.fullName, issue.number, "claude")).toThrow("it takes triage");
  expect(github.issue(repo.fullName, issue.number)).toMatchObject({ author: "rea", labels: ["claude"] });
  expect(github.violations).toEqual([]);
});
