import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect } from "vitest";
import { octokitGitHub } from "#github/octokit-github.ts";
import { permissionsNeeded } from "#github/permissions.ts";
import { type OpenProbot, openProbot } from "#github/probot.ts";
import type { Delivery } from "#operations/ports/deliveries.ts";
import type { GitHub } from "#operations/ports/github.ts";
import { type GitHubStandIn, openGitHub } from "#test/github/github.ts";

type Shop = { id: number; name: string; installationId: number };

export type TestApp = {
  standIn: GitHubStandIn;
  app: OpenProbot;
  github: GitHub;
  /** A repository with ada as its maintainer and a policy file. */
  shop: Shop;
  /** Another one, which becomes `shop`. */
  openShop: () => Promise<void>;
  accepted: Delivery[];
  /** `METHOD /route` of every call since the last time this was asked, token requests left out. */
  newCalls: () => string[];
  close: () => Promise<void>;
};

export const aPolicy = "label: claude # 🙂\nrole: triage\n";

/** Our app against the stand-in, with the permissions that our own table says it needs and no others. */
export async function openTestApp(
  options: { writeIntervalMs?: number; requestTimeoutMs?: number; clock?: () => number } = {},
): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), "cco-github-"));
  const standIn = await openGitHub({ folder, app: { permissions: permissionsNeeded() } });
  standIn.createUser("ada");
  const accepted: Delivery[] = [];
  const app = await openProbot({
    appId: standIn.app.id,
    privateKey: standIn.app.privateKey,
    webhookSecret: standIn.app.webhookSecret,
    apiUrl: standIn.apiUrl,
    writeIntervalMs: options.writeIntervalMs ?? 0,
    requestTimeoutMs: options.requestTimeoutMs ?? 5_000,
    clock: options.clock ?? Date.now,
    log: pino({ level: "silent" }),
    accept: (delivery) => accepted.push(delivery),
  });
  let seen = 0;
  let shops = 0;
  async function newShop(): Promise<Shop> {
    shops += 1;
    const repository = await standIn.createRepository({
      owner: "acme",
      name: `shop-${shops}`,
      private: true,
      files: { "README.md": "# Shop\n", ".github/cc-orchestrator.yml": aPolicy },
      collaborators: { ada: "maintain" },
      labels: { claude: "d4c5f9" },
    });
    return { id: repository.id, name: repository.fullName, installationId: repository.installationId ?? 0 };
  }
  const world: TestApp = {
    standIn,
    app,
    github: octokitGitHub({ probot: app.probot, appId: standIn.app.id }),
    shop: await newShop(),
    openShop: async () => {
      world.shop = await newShop();
    },
    accepted,
    newCalls: () => {
      const calls = standIn.calls.slice(seen);
      seen = standIn.calls.length;
      return calls.map((call) => `${call.method} ${call.route}`).filter((call) => !call.includes("access_tokens"));
    },
    close: async () => {
      await app.close();
      await standIn.close();
      await rm(folder, { recursive: true, force: true });
      // What we send. Whether its own answers are GitHub's is for the stand-in's tests.
      expect(standIn.violations.filter((one) => one.side === "request")).toEqual([]);
    },
  };
  return world;
}
