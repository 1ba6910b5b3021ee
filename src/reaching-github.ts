import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import { openMeter } from "#github/meter.ts";
import { octokitGitHub } from "#github/octokit-github.ts";
import { type OpenProbot, openProbot } from "#github/probot.ts";
import { openTokenGitHub } from "#github/token-github.ts";
import { noGitHub } from "#local/no-github.ts";
import type { Delivery } from "#operations/ports/deliveries.ts";
import type { GitHub } from "#operations/ports/github.ts";
import type { Clock } from "#operations/ports/world.ts";
import type { Insights } from "#protocol/insights.ts";
import type { TokenAccess } from "./config/token.ts";

const requestTimeoutMs = 30_000;
/** How long calls to GitHub that are under way may take to end when the server stops. */
const patienceMs = 1_000;

export type AppAccess = { id: number; privateKey: string; webhookSecret: string };

export type Reach = {
  github: GitHub;
  /** Of an App only: what takes its webhooks. */
  receive: OpenProbot["receive"] | null;
  /** How much GitHub was asked. */
  calls: () => Insights["calls"];
  /** Why GitHub is not reached at all, in a sentence; null where it is, as far as is known. */
  trouble: () => string | null;
  close(): Promise<void>;
};

/** The way to GitHub that is set up: the App's, a token's, or none. */
export async function reachGitHub(of: {
  app: AppAccess | null;
  token: TokenAccess | null;
  apiUrl: string;
  writeIntervalMs: number;
  clock: Clock;
  log: Logger;
  accept: (delivery: Delivery) => void;
}): Promise<Reach> {
  const { app, token, clock, log } = of;
  if (app !== null) {
    const { id: appId, privateKey, webhookSecret } = app;
    const probot = await openProbot({ ...of, appId, privateKey, webhookSecret, requestTimeoutMs });
    const github = octokitGitHub({ probot: probot.probot, appId });
    const { receive, calls } = probot;
    return { github, receive, calls, trouble: () => null, close: () => probot.close(patienceMs) };
  }
  if (token !== null) {
    const { repositories } = token;
    let isRefused = false;
    const open = openTokenGitHub({
      ...{ apiUrl: of.apiUrl, writeIntervalMs: of.writeIntervalMs, requestTimeoutMs, clock, repositories },
      readToken: readerOf(token, log),
      onToken: (isTaken) => {
        isRefused = !isTaken;
        tellToken(isTaken, log);
      },
      badge: "status",
      login: null,
    });
    const { github, calls } = open;
    const trouble = () => (isRefused ? refusedSentence : null);
    return { github, receive: null, calls, trouble, close: () => open.close(patienceMs) };
  }
  const nothing = { receive: null, trouble: () => null, close: async () => undefined };
  return { github: noGitHub(), calls: openMeter(clock).reading, ...nothing };
}

/** The file is read each time, so that a token which has been replaced is taken up while the server runs. */
function readerOf({ token, tokenPath }: TokenAccess, log: Logger): () => string {
  if (tokenPath === null) return () => token;
  return () => {
    try {
      return readFileSync(tokenPath, "utf8").trim() || token;
    } catch (error) {
      log.warn({ error: String(error) }, "the file with GitHub's token cannot be read; the last one is used");
      return token;
    }
  };
}

const refusedSentence =
  "GitHub does not take the token any more, so that everything that is for GitHub waits. Put another one in its place: " +
  "cc-orchestrator init --token";

function tellToken(isTaken: boolean, log: Logger): void {
  const advice = "put another one in its place: cc-orchestrator init --token";
  if (isTaken) log.info("GitHub takes the token again");
  else log.error({ advice }, "GitHub does not take the token any more; everything that is for GitHub waits");
}
