import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Client, openClient } from "#protocol/client.ts";
import type { GitHubStandIn } from "#test/github/github.ts";
import { freePort } from "#test/world/free-port.ts";
import type { ServerConfig } from "../../../src/config/server.ts";
import { insist } from "../scripted-runner.ts";
import { openWebsite, repo } from "../website.ts";
import { openServerLives, type ServerLife, type ServerLives, type Wanted } from "./server-life.ts";
import { type Act, playing, type Stage } from "./stage.ts";

/** A control plane that is killed again and again, at the same address each time, and the GitHub that it works for. */
export type Victim = {
  folder: string;
  github: GitHubStandIn;
  lives: ServerLives;
  url: string;
  /** Calls it as its operator. */
  operator: Client;
  close(): Promise<void>;
};

export async function openVictim(of: {
  policy: string;
  collaborators: NonNullable<Parameters<typeof openWebsite>[0]>["collaborators"];
  config?: Partial<ServerConfig>;
  /** Whose token stands for the App; nobody's when absent. */
  token?: string;
}): Promise<Victim> {
  const { policy, collaborators = {} } = of;
  const website = await openWebsite({ policy, collaborators, hasApp: of.token === undefined });
  const { folder, github } = website;
  const port = await freePort();
  const way = of.token === undefined ? {} : tokenOf(github, of.token);
  const lives = openServerLives(folder, github, port, { ...way, ...of.config } as Partial<ServerConfig>);
  const url = `http://127.0.0.1:${port}`;
  if (of.token === undefined) github.connectWebhook(`${url}/api/github/webhooks`);
  const token = () => readFileSync(join(lives.home, "operator.token"), "utf8").trim();
  return {
    folder,
    github,
    lives,
    url,
    // Its token is there after its first start.
    operator: (async (name: never, given: never) => openClient(url, token())(name, given)) as unknown as Client,
    async close() {
      await lives.close();
      await website.close();
    },
  };
}

/**
 * Has people do `acts` while the control plane is killed right before and right after each of `steps`, until every one
 * was met and the story is over.
 */
export async function killAtEach(
  { github, lives, operator }: Victim,
  of: { steps: readonly string[]; acts: readonly Act[]; isShown: (stage: Stage) => boolean | Promise<boolean> },
): Promise<{ stage: Stage; unmet: Wanted[]; ages: number[]; left: string[]; begun: number }> {
  const over = new AbortController();
  let life: ServerLife | null = null;
  let begun = 1;
  let isRestarted = false;
  const stage: Stage = {
    github,
    places: new Map(),
    operator: (async (name: never, given: never) => insist(over.signal, () => operator(name, given))) as Client,
    once: (name, given) => operator(name, given).catch(() => null),
    lives: () => begun,
    isUp: () => life !== null && life.end() === null,
    restart: () => {
      // Between two lives there is nothing to kill.
      if (life === null || life.end() !== null) return;
      isRestarted = true;
      life.kill("SIGKILL");
    },
  };
  const play = playing(stage, of.acts);
  const unmet = () => {
    const met = new Set(lives.met().map(({ step, when }) => `${when} ${step}`));
    return of.steps
      .flatMap((step): Wanted[] => [
        { step, when: "before" },
        { step, when: "after" },
      ])
      .filter(({ step, when }) => when === "after" || !step.startsWith("answer "))
      .filter(({ step, when }) => !met.has(`${when} ${step}`));
  };
  const ages: number[] = [];
  try {
    for (;;) {
      const before = lives.met().length;
      isRestarted = false;
      life = await lives.start(unmet());
      begun += 1;
      await untilDead(life, async () => unmet().length === 0 && play.isOver() && (await of.isShown(stage)));
      ages.push(life?.age() ?? 0);
      if (lives.met().length === before && !isRestarted) break;
    }
    return { stage: { ...stage, operator }, unmet: unmet(), ages, left: play.left(), begun };
  } finally {
    over.abort();
    await play.close();
  }
}

async function untilDead(life: ServerLife | null, isOver: () => Promise<boolean>): Promise<void> {
  if (life === null) return;
  let lookedAt = 0;
  // Who asks the control plane itself has no answer from a dead one.
  const isOverNow = () => Promise.race([isOver(), life.ended.then(() => false)]);
  while (life.end() === null && life.age() < 30_000 && !(await isOverNow())) {
    await Promise.race([life.ended, pause(50)]);
    if (life.age() - lookedAt > 700) {
      life.tell("look");
      lookedAt = life.age();
    }
  }
}

/** What a server knows of GitHub that has only a person's token. */
function tokenOf(github: GitHubStandIn, login: string) {
  const { token } = github.createUser(login);
  const access = { token, tokenPath: null, repositories: [repo], pollSeconds: 30 };
  return { appId: null, privateKey: null, webhookSecret: null, github: access };
}
