import { nodeId } from "../state/ids.ts";
import type { RoleName, User } from "../state/nouns.ts";
import type { AppIdentity, Installation, Links, World } from "../state/world.ts";
import { at, type Json } from "./json.ts";

/** GitHub's `simple-user`. */
export function renderUser(links: Links, user: User): Json {
  const api = `${links.apiUrl}/users/${encodeURIComponent(user.login)}`;
  const page =
    user.type === "Bot" ? `${links.url}/apps/${user.login.replace("[bot]", "")}` : `${links.url}/${user.login}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId(user.type === "Organization" ? "O" : "U", user.id),
    avatar_url: `${links.url}/avatars/${user.id}`,
    gravatar_id: "",
    url: api,
    html_url: page,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: user.type,
    user_view_type: "public",
    site_admin: false,
  };
}

/** GitHub's `public-user`, the answer of GET /users/{login}. */
export function renderPublicUser(links: Links, user: User): Json {
  return {
    ...renderUser(links, user),
    name: user.name,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: at(user.createdAt),
    updated_at: at(user.createdAt),
  };
}

/** GitHub's `private-user`, the answer of GET /user. */
export function renderPrivateUser(links: Links, user: User): Json {
  const space = { collaborators: 0, name: "free", space: 976_562_499, private_repos: 10_000 };
  return {
    ...renderPublicUser(links, user),
    private_gists: 0,
    total_private_repos: 0,
    owned_private_repos: 0,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
    plan: space,
  };
}

/** GitHub's `integration`: an App as others see it. */
export function renderApp(world: World, app: AppIdentity = world.app): Json {
  const { links } = world;
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId("A", app.id),
    owner: renderUser(links, app.owner),
    name: app.name,
    description: app === world.app ? "The App under test" : "Automate your workflow from idea to production",
    external_url: links.url,
    html_url: `${links.url}/apps/${app.slug}`,
    created_at: at(app.createdAt),
    updated_at: at(app.createdAt),
    permissions: app.permissions,
    events: app.events,
  };
}

export function renderInstallation(world: World, installation: Installation): Json {
  const { app, links } = world;
  const api = `${links.apiUrl}/app/installations/${installation.id}`;
  return {
    id: installation.id,
    client_id: app.clientId,
    account: renderUser(links, installation.account),
    repository_selection: "selected",
    access_tokens_url: `${api}/access_tokens`,
    repositories_url: `${links.apiUrl}/installation/repositories`,
    html_url: `${links.url}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: installation.account.id,
    target_type: installation.account.type,
    permissions: app.permissions,
    events: app.events,
    created_at: at(installation.createdAt),
    updated_at: at(installation.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspended === null ? null : renderUser(links, installation.suspended.by),
    suspended_at: installation.suspended === null ? null : at(installation.suspended.at),
  };
}

/** The five booleans of a role. */
export function renderRoleFlags(role: RoleName | null): Record<string, boolean> {
  const rank = role === null ? 0 : { read: 1, triage: 2, write: 3, maintain: 4, admin: 5 }[role];
  return { pull: rank >= 1, triage: rank >= 2, push: rank >= 3, maintain: rank >= 4, admin: rank >= 5 };
}

/** The legacy word: folds maintain into write and triage into read. */
export function legacyPermission(role: RoleName | null): string {
  if (role === null) return "none";
  return { read: "read", triage: "read", write: "write", maintain: "write", admin: "admin" }[role];
}
