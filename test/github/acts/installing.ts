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
  const row = {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
  };
  const parts = { installation: renderInstallation(world, installation) };
  if (installed && before === 0) {
    const created = { ...parts, repositories: [row], requester: null };
    world.happen({ repository: null, event: "installation", action: "created", sender, parts: created });
    return;
  }
  const moved = {
    ...parts,
    repositories_added: installed ? [row] : [],
    repositories_removed: installed ? [] : [row],
    repository_selection: "selected",
    requester: null,
  };
  const action = installed ? "added" : "removed";
  world.happen({ repository: null, event: "installation_repositories", action, sender, parts: moved });
}
