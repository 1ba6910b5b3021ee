import { tokenInstallation } from "#domain/token-way.ts";
import { type GitHub, GitHubRefusedError } from "#operations/ports/github.ts";
import type { Clock } from "#operations/ports/world.ts";
import { Remembered } from "./conditional.ts";
import { isRefusal } from "./failure.ts";
import { Lane } from "./lane.ts";
import { type Meter, openMeter } from "./meter.ts";
import { outwardFetch } from "./outward.ts";
import { placeOf } from "./place.ts";
import { repositoryId } from "./repositories.ts";
import { repositoryCalls } from "./repository-calls.ts";
import { type TokenWay, tokenOctokit } from "./token-octokit.ts";

/** A git credential is asked for anew at each use; that of a token lasts as long as the token does. */
const credentialMs = 60 * 60_000;

export type TokenOptions = Pick<TokenWay, "readToken" | "onToken" | "apiUrl"> & {
  /** `owner/name` of every repository that is worked on: a token reaches more than anybody would want looked at. */
  repositories: readonly string[];
  /** Check runs are written by Apps only; the token of a job of GitHub Actions is one of an App. */
  badge: GitHub["badge"];
  /** Who the token stands for; null asks GitHub, which tells it of people's tokens. */
  login: string | null;
  /** Least time between two writes, in milliseconds: 1000 for GitHub itself. */
  writeIntervalMs: number;
  requestTimeoutMs: number;
  clock: Clock;
};

export type OpenToken = {
  github: GitHub;
  /** How much GitHub was asked. */
  calls: Meter["reading"];
  /** Refuses every further call at once, and gives those under way this long, in milliseconds, to end. */
  close(patienceMs: number): Promise<void>;
};

/**
 * GitHub as operations ask for it, in the name of whoever gave the token: a person's own, or that of a job of GitHub
 * Actions (login `github-actions[bot]`, badge `check_run` with `checks: write`). It is never told of anything: whoever
 * has it looks.
 */
export function openTokenGitHub(options: TokenOptions): OpenToken {
  const { clock } = options;
  const meter = openMeter(clock);
  const lane = new Lane({ writeIntervalMs: options.writeIntervalMs, clock });
  const closing = new AbortController();
  const fetch = outwardFetch(options.requestTimeoutMs, closing.signal);
  const octokit = tokenOctokit({ ...options, fetch, lane, meter });
  const remembered = new Remembered();
  const wanted = new Set(options.repositories.map((name) => name.toLowerCase()));
  let known: Promise<string> | null = options.login === null ? null : Promise.resolve(options.login);

  function login(): Promise<string> {
    known ??= octokit.rest.users.getAuthenticated().then(
      ({ data }) => data.login,
      (error: unknown) => {
        known = null;
        throw error;
      },
    );
    return known;
  }

  async function listed(name: string) {
    const place = placeOf(name);
    return remembered.read(`repository ${place.owner}/${place.repo}`, (headers) =>
      octokit.rest.repos.get({ ...place, headers }),
    );
  }

  const github: GitHub = {
    ...repositoryCalls({
      octokitFor: async () => octokit,
      us: { appId: null, login },
      badge: options.badge,
      remembered,
    }),
    tells: false,
    find: async (name) => {
      if (!wanted.has(name.toLowerCase()))
        throw new GitHubRefusedError(404, `${name} is not among the repositories that the token is for`);
      return { ...(await repositoryId(octokit, name)), installationId: tokenInstallation };
    },
    repositories: async (onRefused) => {
      const found: Awaited<ReturnType<GitHub["repositories"]>> = [];
      for (const name of options.repositories) {
        try {
          const { id, full_name, pushed_at } = await listed(name);
          const pushedAt = pushed_at ? Date.parse(pushed_at) : 0;
          found.push({ id, name: full_name, installationId: tokenInstallation, pushedAt });
        } catch (error) {
          // One that the token has no way to is no reason to look at none.
          if (!isRefusal(error, 403, 404, 451)) throw error;
          onRefused(`${name}: the token has no way to it, or there is no such repository. ${error.message}`);
        }
      }
      return found;
    },
    isInstalled: async ({ name }) => {
      if (!wanted.has(name.toLowerCase())) return false;
      try {
        await listed(name);
        return true;
      } catch (error) {
        if (isRefusal(error, 404)) return false;
        throw error;
      }
    },
    failedDeliveries: async () => [],
    redeliver: async () => undefined,
    // It cannot be narrowed to one repository or to reading: SECURITY.md says what that means.
    credential: async ({ name }) => {
      // For nothing: a token that was revoked is better known now than by a push that fails.
      await listed(name);
      return {
        username: "x-access-token",
        password: options.readToken(),
        expiresAt: new Date(clock() + credentialMs).toISOString(),
      };
    },
  };
  return {
    github,
    calls: meter.reading,
    close: async (patienceMs) => {
      const patience = setTimeout(() => closing.abort(new Error("Closing")), patienceMs);
      await lane.close();
      clearTimeout(patience);
      closing.abort(new Error("Closed"));
    },
  };
}
