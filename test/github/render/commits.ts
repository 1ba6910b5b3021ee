import type { FileChange, GitCommit, GitPerson, NamedChange } from "../git/history.ts";
import { nodeId } from "../state/ids.ts";
import type { Repository, User } from "../state/nouns.ts";
import type { World } from "../state/world.ts";
import { at, type Json } from "./json.ts";
import { repositoryApi, repositoryPage } from "./repositories.ts";
import { renderUser } from "./users.ts";

const unverified = { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };

/** The account behind a commit's address, as GitHub finds it: `ID+LOGIN@users.noreply.github.com`. */
function accountOf(world: World, person: GitPerson): User | null {
  return [...world.users.values()].find(({ email }) => email === person.email) ?? null;
}

function renderPerson(person: GitPerson): Json {
  return { name: person.name, email: person.email, date: at(person.date) };
}

/** GitHub's `commit`, as lists carry it. */
export function renderCommit(world: World, repository: Repository, commit: GitCommit): Json {
  const api = repositoryApi(world.links, repository);
  const page = repositoryPage(world.links, repository);
  const author = accountOf(world, commit.author);
  const committer = accountOf(world, commit.committer);
  return {
    url: `${api}/commits/${commit.sha}`,
    sha: commit.sha,
    node_id: nodeId("C", commit.sha),
    html_url: `${page}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    commit: {
      url: `${api}/git/commits/${commit.sha}`,
      author: renderPerson(commit.author),
      committer: renderPerson(commit.committer),
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      verification: unverified,
    },
    author: author && renderUser(world.links, author),
    committer: committer && renderUser(world.links, committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
  };
}

/** GitHub's `diff-entry`. */
export function renderFile(world: World, repository: Repository, sha: string, file: FileChange): Json {
  const api = repositoryApi(world.links, repository);
  const page = repositoryPage(world.links, repository);
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${page}/blob/${sha}/${path}`,
    raw_url: `${page}/raw/${sha}/${path}`,
    contents_url: `${api}/contents/${path}?ref=${sha}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}

/** GitHub's `commit` with its files, the answer of GET commit. */
export function renderFullCommit(world: World, repository: Repository, commit: GitCommit, files: FileChange[]): Json {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    ...renderCommit(world, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files.map((file) => renderFile(world, repository, commit.sha, file)),
  };
}

/** GitHub's `git-commit`. */
export function renderGitCommit(world: World, repository: Repository, commit: GitCommit): Json {
  const api = repositoryApi(world.links, repository);
  const page = repositoryPage(world.links, repository);
  return {
    sha: commit.sha,
    node_id: nodeId("C", commit.sha),
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    author: renderPerson(commit.author),
    committer: renderPerson(commit.committer),
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
    verification: unverified,
  };
}

/** GitHub's `git-ref`. */
export function renderRef(world: World, repository: Repository, ref: string, sha: string): Json {
  const api = repositoryApi(world.links, repository);
  return {
    ref,
    node_id: nodeId("REF", ref),
    url: `${api}/git/${ref}`,
    object: { type: "commit", sha, url: `${api}/git/commits/${sha}` },
  };
}

/** A commit as a push webhook carries it. */
export function renderPushedCommit(
  world: World,
  repository: Repository,
  commit: GitCommit,
  files: readonly NamedChange[],
): Json {
  const person = (one: GitPerson): Json => {
    const account = accountOf(world, one);
    return { name: one.name, email: one.email, date: at(one.date), ...(account ? { username: account.login } : {}) };
  };
  const paths = (...statuses: FileChange["status"][]): string[] =>
    files.filter((file) => statuses.includes(file.status)).map((file) => file.path);
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: at(commit.committer.date),
    url: `${repositoryPage(world.links, repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: paths("added", "copied"),
    removed: paths("removed"),
    modified: paths("modified", "changed", "renamed"),
  };
}
