import { GitHubRefusedError, type RepositoryNow } from "#operations/ports/github.ts";
import { policyPath, Role } from "#protocol/policy.ts";
import type { Remembered } from "./conditional.ts";
import { isRefusal } from "./failure.ts";
import type { Octokit } from "./octokit.ts";
import { type Place, placeOf } from "./place.ts";

export async function repositoryNow(octokit: Octokit, place: Place): Promise<RepositoryNow> {
  const { data } = await octokit.rest.repos.get(place);
  return {
    name: data.full_name,
    isPrivate: data.private,
    defaultBranch: data.default_branch,
    cloneUrl: data.clone_url,
  };
}

const pageSize = 100;

/** The ids of the app's installations that are not suspended; asked as the app itself. */
export async function installations(app: Octokit, remembered: Remembered): Promise<number[]> {
  const found: number[] = [];
  for (let page = 1; ; page += 1) {
    const data = await remembered.read(`installations ${page}`, (headers) =>
      app.rest.apps.listInstallations({ per_page: pageSize, page, headers }),
    );
    found.push(...data.filter((one) => !one.suspended_at).map(({ id }) => id));
    if (data.length < pageSize) return found;
  }
}

/** Every repository of an installation. */
export async function repositoriesOf(octokit: Octokit, installationId: number, remembered: Remembered) {
  const found: { id: number; name: string; installationId: number; pushedAt: number }[] = [];
  for (let page = 1; ; page += 1) {
    const { repositories } = await remembered.read(`repositories ${installationId} ${page}`, (headers) =>
      octokit.rest.apps.listReposAccessibleToInstallation({ per_page: pageSize, page, headers }),
    );
    for (const { id, full_name, pushed_at, archived } of repositories) {
      if (archived) continue;
      found.push({ id, name: full_name, installationId, pushedAt: pushed_at ? Date.parse(pushed_at) : 0 });
    }
    if (repositories.length < pageSize) return found;
  }
}

/** The installation that covers the repository; asked as the app itself. */
export async function installationOf(app: Octokit, name: string): Promise<number> {
  const { data } = await app.rest.apps.getRepoInstallation(placeOf(name));
  return data.id;
}

/** Asked as the app itself, so that it is answered where the app has no way in any more. */
export async function isInstalled(app: Octokit, name: string, remembered: Remembered): Promise<boolean> {
  try {
    const { suspended_at } = await remembered.read(`installation of ${name}`, (headers) =>
      app.rest.apps.getRepoInstallation({ ...placeOf(name), headers }),
    );
    return !suspended_at;
  } catch (error) {
    if (isRefusal(error, 404)) return false;
    throw error;
  }
}

export async function repositoryId(octokit: Octokit, name: string): Promise<{ id: number; name: string }> {
  const { data } = await octokit.rest.repos.get(placeOf(name));
  return { id: data.id, name: data.full_name };
}

/**
 * The person's role now. `role_name` and not `permission`, which folds maintain into write and triage into read; but an
 * organisation's own roles have names of their own, and for those `permission` says what they rest on.
 */
export async function roleOf(octokit: Octokit, place: Place, login: string): Promise<Role> {
  try {
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...place, username: login });
    const role = Role.safeParse(data.role_name);
    return role.success ? role.data : Role.catch("none").parse(data.permission);
  } catch (error) {
    if (isRefusal(error, 404)) return "none";
    throw error;
  }
}

/** The policy file on the default branch; null when there is none. */
export async function policyText(octokit: Octokit, place: Place, path = policyPath): Promise<string | null> {
  try {
    const { data } = await octokit.rest.repos.getContent({ ...place, path });
    if (Array.isArray(data) || data.type !== "file") return null;
    if (data.encoding !== "base64") throw new GitHubRefusedError(413, `${path} is larger than 1 MB`);
    return Buffer.from(data.content, "base64").toString("utf8");
  } catch (error) {
    if (isRefusal(error, 404)) return null;
    throw error;
  }
}
