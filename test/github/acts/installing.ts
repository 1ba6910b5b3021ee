import { renderInstallation } from "../render/users.ts";
import { nodeId } from "../state/ids.ts";
import { fullName, type Repository, type Sender } from "../state/nouns.ts";
import type { World } from "../state/world.ts";

/** Puts the App on a repository or takes it off, and tells the App, subscribed or not. */
export function setInstalled(world: World, repository: Repository, sender: Sender, installed: boolean): void {
  if (repository.installed === installed) return;
  const before = world.installedRepositories(world.installationOf(repository.owner)).length;
  repository.installed = installed;
  const installation = world.installationOf(repository.owner);
  const parts = { installation: renderInstallation(world, installation) };
  if (installed && before === 0) {
    const created = { ...parts, repositories: [row(repository)], requester: null };
    world.happen({ repository: null, event: "installation", action: "created", sender, parts: created });
    return;
  }
  const moved = {
    ...parts,
    repositories_added: installed ? [row(repository)] : [],
    repositories_removed: installed ? [] : [row(repository)],
    repository_selection: "selected",
    requester: null,
  };
  const action = installed ? "added" : "removed";
  world.happen({ repository: null, event: "installation_repositories", action, sender, parts: moved });
}

/** Takes the App off an account with all its repositories: its tokens are good for nothing any more. */
export function removeInstallation(world: World, account: Repository["owner"], sender: Sender): void {
  const installation = world.installationOf(account);
  const taken = world.installedRepositories(installation);
  const parts = { installation: renderInstallation(world, installation), repositories: taken.map(row) };
  for (const repository of taken) repository.installed = false;
  world.installations.delete(account.login);
  world.happen({ repository: null, event: "installation", action: "deleted", sender, parts });
}

/** Suspends the installation or lets it go on. */
export function setSuspended(world: World, account: Repository["owner"], sender: Sender, suspended: boolean): void {
  const installation = world.installationOf(account);
  installation.suspended = suspended ? { by: sender.user, at: world.now() } : null;
  const rows = world.installedRepositories(installation).map(row);
  const parts = { installation: renderInstallation(world, installation), repositories: rows };
  world.happen({ repository: null, event: "installation", action: suspended ? "suspend" : "unsuspend", sender, parts });
}

/** A new name, and the old one is nobody's: GitHub would lead on from it, which a program must not rest on. */
export function renameRepository(world: World, repository: Repository, sender: Sender, name: string): void {
  const from = repository.name;
  world.repositories.delete(fullName(repository).toLowerCase());
  repository.name = name;
  world.repositories.set(fullName(repository).toLowerCase(), repository);
  const parts = { changes: { repository: { name: { from } } } };
  world.happen({ repository, event: "repository", action: "renamed", sender, parts });
}

function row(repository: Repository) {
  return {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
  };
}
