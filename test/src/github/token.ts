import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { tokenInstallation } from "#domain/token-way.ts";
import { openTokenGitHub } from "#github/token-github.ts";
import type { GitHub } from "#operations/ports/github.ts";
import { type GitHubStandIn, openGitHub } from "#test/github/github.ts";

export type TokenApp = {
  standIn: GitHubStandIn;
  github: GitHub;
  /** A repository with ada, whose token it is, and with bob, who may write there, too. */
  shop: { id: number; name: string; installationId: number };
  /** What was told of the token, in order. */
  told: string[];
  /** The token that is read from now on. */
  token: string;
  close(): Promise<void>;
};

/** GitHub in the name of ada, who gave her token, against the stand-in. */
export async function openTokenApp(of: { clock?: () => number; badge?: GitHub["badge"] } = {}): Promise<TokenApp> {
  const folder = await mkdtemp(join(tmpdir(), "cco-token-"));
  const standIn = await openGitHub({ folder });
  const { token } = standIn.createUser("ada");
  const repository = await standIn.createRepository({
    owner: "acme",
    name: "shop",
    private: true,
    install: false,
    files: { "README.md": "# Shop\n", "greet.js": "hello\n" },
    collaborators: { ada: "maintain", bob: "write", eve: "read" },
    labels: { claude: "d4c5f9" },
  });
  const shop = { id: repository.id, name: repository.fullName, installationId: tokenInstallation };
  const app: Omit<TokenApp, "github" | "close"> = { standIn, shop, told: [], token };
  const open = openTokenGitHub({
    readToken: () => app.token,
    onToken: (isTaken) => app.told.push(isTaken ? "taken" : "refused"),
    apiUrl: standIn.apiUrl,
    repositories: [shop.name],
    badge: of.badge ?? "status",
    login: null,
    writeIntervalMs: 0,
    requestTimeoutMs: 5_000,
    clock: of.clock ?? Date.now,
  });
  return Object.assign(app, {
    github: open.github,
    async close() {
      await open.close(1_000);
      await standIn.close();
      await rm(folder, { recursive: true, force: true });
      expect(standIn.violations).toEqual([]);
    },
  });
}
