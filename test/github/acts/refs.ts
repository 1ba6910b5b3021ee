import { logWithNames, pullStats } from "../git/history.ts";
import { renderPushedCommit } from "../render/commits.ts";
import type { Json } from "../render/json.ts";
import { renderRepository, repositoryPage } from "../render/repositories.ts";
import { renderUser } from "../render/users.ts";
import { isPull, type Repository, type Sender } from "../state/nouns.ts";
import type { World } from "../state/world.ts";
import { suiteFor, tellSuite } from "./checks.ts";
import { note, tellIssue } from "./issues.ts";

const nothing = "0".repeat(40);

export interface RefChange {
  ref: string;
  before: string | null;
  after: string | null;
}

/** What moved between two pictures of the refs. */
export function refChanges(before: Map<string, string>, after: Map<string, string>): RefChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null }))
    .filter((change) => change.before !== change.after);
}

/** Everything that GitHub does after refs have moved: webhooks, pull requests that follow their branch, check suites. */
export async function afterPush(
  world: World,
  repository: Repository,
  sender: Sender,
  moved: readonly RefChange[],
): Promise<void> {
  repository.pushedAt = world.now();
  for (const change of moved) {
    tellCreateOrDelete(world, repository, sender, change);
    await tellPush(world, repository, sender, change);
    const branch = change.ref.startsWith("refs/heads/") ? change.ref.slice("refs/heads/".length) : null;
    if (branch === null) continue;
    await followBranch(world, repository, sender, branch, change);
    if (change.after !== null && repository.installed) {
      const isNew = !repository.checkSuites.some((suite) => suite.headSha === change.after && suite.app === world.app);
      const suite = suiteFor(world, repository, world.app, change.after, branch);
      suite.before = change.before ?? nothing;
      if (isNew) await tellSuite(world, repository, suite, sender, "requested");
    }
  }
  world.happenings.emit("changed");
}

function tellCreateOrDelete(world: World, repository: Repository, sender: Sender, change: RefChange): void {
  if (change.before !== null && change.after !== null) return;
  const isTag = change.ref.startsWith("refs/tags/");
  const parts = {
    ref: change.ref.replace(/^refs\/(heads|tags)\//, ""),
    ref_type: isTag ? "tag" : "branch",
    pusher_type: "user",
    ...(change.after === null ? {} : { master_branch: repository.defaultBranch, description: repository.description }),
  };
  world.happen({ repository, event: change.after === null ? "delete" : "create", action: null, sender, parts });
}

async function newCommits(repository: Repository, change: RefChange, after: string) {
  const { git } = repository;
  if (change.before !== null) return logWithNames(git, [`${change.before}..${after}`], 20);
  const root = await git.resolve(repository.defaultBranch);
  return root === null || root === after ? logWithNames(git, [after], 1) : logWithNames(git, [`${root}..${after}`], 20);
}

async function tellPush(world: World, repository: Repository, sender: Sender, change: RefChange): Promise<void> {
  const { before, after } = change;
  const found = after === null ? [] : await newCommits(repository, change, after);
  const commits = found.toReversed().map(({ commit, files }) => renderPushedCommit(world, repository, commit, files));
  let head: Json | null = commits.at(-1) ?? null;
  if (head === null && after !== null) {
    const [tip] = await logWithNames(repository.git, [after], 1);
    head = tip ? renderPushedCommit(world, repository, tip.commit, tip.files) : null;
  }
  const page = repositoryPage(world.links, repository);
  const parts: Json = {
    ref: change.ref,
    before: before ?? nothing,
    after: after ?? nothing,
    base_ref: null,
    created: before === null,
    deleted: after === null,
    forced: before !== null && after !== null && !(await repository.git.isAncestor(before, after)),
    compare: before && after ? `${page}/compare/${before}...${after}` : `${page}/commit/${after ?? before ?? nothing}`,
    commits,
    head_commit: head,
    pusher: { name: sender.user.login, email: sender.user.email },
    repository: renderPushRepository(world, repository),
  };
  world.happen({ repository, event: "push", action: null, sender, parts });
}

/** In push payloads, and only there, two of the repository's times are numbers. */
function renderPushRepository(world: World, repository: Repository): Json {
  const owner = renderUser(world.links, repository.owner);
  return {
    ...renderRepository(world.links, repository),
    owner: { ...owner, name: repository.owner.login, email: repository.owner.email },
    url: repositoryPage(world.links, repository),
    created_at: Math.floor(repository.createdAt.getTime() / 1000),
    pushed_at: Math.floor(repository.pushedAt.getTime() / 1000),
    stargazers: 0,
    master_branch: repository.defaultBranch,
  };
}

/** Open pull requests follow their head and base branches; one whose head branch is gone is closed. */
async function followBranch(
  world: World,
  repository: Repository,
  sender: Sender,
  branch: string,
  change: RefChange,
): Promise<void> {
  for (const issue of [...repository.issues.values()].filter(isPull)) {
    const { pull } = issue;
    if (issue.state !== "open") continue;
    if (pull.baseRef === branch && change.after !== null) {
      pull.baseSha = change.after;
      pull.stats = await pullStats(repository.git, pull.baseSha, pull.headSha);
    }
    if (pull.headRef !== branch || pull.headSha === change.after) continue;
    if (change.after === null) {
      issue.state = "closed";
      issue.closedAt = world.now();
      issue.closedBy = sender.user;
      note(world, issue, sender, "closed");
      tellIssue(world, repository, issue, sender, "closed");
      continue;
    }
    const before = pull.headSha;
    pull.headSha = change.after;
    pull.stats = await pullStats(repository.git, pull.baseSha, pull.headSha);
    await repository.git.updateRef(`refs/pull/${issue.number}/head`, change.after);
    issue.updatedAt = world.now();
    tellIssue(world, repository, issue, sender, "synchronize", { before, after: change.after });
  }
}
