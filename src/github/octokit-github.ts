import type { Probot } from "probot";
import type { GitHub } from "#operations/ports/github.ts";
import { Remembered } from "./conditional.ts";
import { gitCredential } from "./credentials.ts";
import { failedDeliveries, redeliver } from "./deliveries.ts";
import { isRefusal } from "./failure.ts";
import type { Octokit } from "./octokit.ts";
import { installationOf, installations, isInstalled, repositoriesOf, repositoryId } from "./repositories.ts";
import { repositoryCalls } from "./repository-calls.ts";

/**
 * GitHub as operations ask for it, over Probot's authenticated Octokits.
 * Every method throws GitHubBusyError and GitHubRefusedError as the port says; whatever else it throws may be tried
 * again, after looking whether a write has happened.
 */
export function octokitGitHub(options: { probot: Probot; appId: number }): GitHub {
  const { probot, appId } = options;
  const octokits = new Map<number, Promise<Octokit>>();
  const remembered = new Remembered();
  let slug: Promise<string> | null = null;

  function installation(id: number): Promise<Octokit> {
    const known = octokits.get(id);
    if (known !== undefined) return known;
    const octokit = probot.auth(id);
    octokits.set(id, octokit);
    return octokit;
  }

  /** The login of the app's own bot, which the app's name may change. */
  async function botLogin(): Promise<string> {
    slug ??= askSlug(probot).catch((error: unknown) => {
      slug = null;
      throw error;
    });
    return `${await slug}[bot]`;
  }

  return {
    ...repositoryCalls({
      octokitFor: ({ installationId }) => installation(installationId),
      us: { appId, login: botLogin },
      badge: "check_run",
      remembered,
    }),
    tells: true,
    find: async (name) => {
      const installationId = await installationOf(await probot.auth(), name);
      return { ...(await repositoryId(await installation(installationId), name)), installationId };
    },
    repositories: async (onRefused) => {
      const ids = await installations(await probot.auth(), remembered);
      const lists = ids.map(async (id) => {
        try {
          return await repositoriesOf(await installation(id), id, remembered);
        } catch (error) {
          // One installation that was taken off this moment is no reason to look at none.
          if (!isRefusal(error, 401, 403, 404, 422)) throw error;
          onRefused(error.message);
          return [];
        }
      });
      return (await Promise.all(lists)).flat();
    },
    isInstalled: async ({ name }) => isInstalled(await probot.auth(), name, remembered),
    failedDeliveries: async (since) => failedDeliveries(await probot.auth(), since),
    redeliver: async (id) => redeliver(await probot.auth(), id),
    credential: async (ref, access) => gitCredential(await probot.auth(), ref, access),
  };
}

async function askSlug(probot: Probot): Promise<string> {
  const app = await probot.auth();
  const { data } = await app.rest.apps.getAuthenticated();
  if (data === null || !data.slug) throw new Error("GitHub does not tell the app's own name");
  return data.slug;
}
