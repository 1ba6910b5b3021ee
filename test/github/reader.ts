import { log } from "./git/history.ts";
import { type Issue, isPull } from "./state/nouns.ts";
import type { World } from "./state/world.ts";

/** What tests and the demo read back: plain values, copied at the moment of asking. */
export interface Picture {
  number: number;
  title: string;
  body: string;
  author: string;
  state: "open" | "closed";
  stateReason: string | null;
  labels: string[];
  reactions: { content: string; by: string }[];
}

export interface PullPicture extends Picture {
  draft: boolean;
  merged: boolean;
  headRef: string;
  headSha: string;
  baseRef: string;
}

function pictureOf(issue: Issue): Picture {
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? "",
    author: issue.user.login,
    state: issue.state,
    stateReason: issue.stateReason,
    labels: issue.labels.map(({ name }) => name),
    reactions: issue.reactions.map(({ content, user }) => ({ content, by: user.login })),
  };
}

/** Reads the stand-in's state without going through its API. */
export class Reader {
  protected readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  issue(repo: string, number: number): Picture {
    return pictureOf(this.#issue(repo, number));
  }

  issues(repo: string): Picture[] {
    return [...this.world.need(repo).issues.values()].filter((issue) => !isPull(issue)).map(pictureOf);
  }

  comments(repo: string, number: number) {
    return this.#issue(repo, number).comments.map(({ id, user, body, createdAt, updatedAt, reactions }) => ({
      id,
      author: user.login,
      body,
      createdAt,
      updatedAt,
      reactions: reactions.map(({ content, user: by }) => ({ content, by: by.login })),
    }));
  }

  pulls(repo: string): PullPicture[] {
    return [...this.world.need(repo).issues.values()].filter(isPull).map((issue) => ({
      ...pictureOf(issue),
      draft: issue.pull.draft,
      merged: issue.pull.mergedAt !== null,
      headRef: issue.pull.headRef,
      headSha: issue.pull.headSha,
      baseRef: issue.pull.baseRef,
    }));
  }

  /** Check runs of every App, of one commit or of all, oldest first; `app` is the slug of the App that made each. */
  checkRuns(repo: string, sha?: string) {
    return this.world
      .need(repo)
      .checkRuns.filter((run) => sha === undefined || run.headSha === sha)
      .map(({ id, suite, name, headSha, status, conclusion, externalId, output, actions, annotations }) => ({
        id,
        app: suite.app.slug,
        name,
        headSha,
        status,
        conclusion,
        externalId,
        output: { ...output },
        actions: [...actions],
        annotations: annotations.map((one) => ({ ...one })),
      }));
  }

  /** Reviews and their comments, oldest first. */
  reviews(repo: string, number: number) {
    const { pull } = this.#issue(repo, number);
    if (!pull) throw new Error(`${repo}#${number} is not a pull request`);
    return {
      reviews: pull.reviews.map(({ id, user, state, body }) => ({ id, author: user.login, state, body })),
      comments: pull.reviewComments.map(({ id, user, body, path, line, inReplyTo, thread }) => ({
        id,
        author: user.login,
        body,
        path,
        line,
        inReplyTo,
        resolved: thread.resolvedBy !== null,
      })),
    };
  }

  /** Workflows that were started by hand. */
  dispatches(repo: string) {
    return [...this.world.need(repo).dispatches];
  }

  statuses(repo: string, sha: string) {
    return this.world
      .need(repo)
      .statuses.filter((status) => status.sha === sha)
      .map(({ context, state, description }) => ({ context, state, description }));
  }

  labels(repo: string): { name: string; color: string; description: string | null }[] {
    return [...this.world.need(repo).labels.values()].map(({ name, color, description }) => ({
      name,
      color,
      description,
    }));
  }

  reactions(repo: string, number: number): { content: string; by: string }[] {
    return this.issue(repo, number).reactions;
  }

  /** The commit at a branch's tip, or null when there is no such branch. */
  async branchSha(repo: string, branch: string): Promise<string | null> {
    const ref = `refs/heads/${branch}`;
    return (await this.world.need(repo).git.refs(ref)).get(ref) ?? null;
  }

  async branches(repo: string): Promise<string[]> {
    return [...(await this.world.need(repo).git.refs("refs/heads")).keys()].map((ref) =>
      ref.slice("refs/heads/".length),
    );
  }

  /** The commits that `head` has and `base` has not, oldest first, with the paths that each touched. */
  async commitsBetween(repo: string, base: string, head: string) {
    const { git } = this.world.need(repo);
    const commits = [];
    for (const { sha, message, author } of (await log(git, [`${base}..${head}`])).toReversed()) {
      const names = await git.run(["diff-tree", "--no-commit-id", "--name-only", "-r", "-z", "--root", sha]);
      const files = names.split("\0").filter((name) => name !== "");
      commits.push({ sha, message, author: author.name, email: author.email, files });
    }
    return commits;
  }

  /** A file's text at a branch or commit, or null. */
  async fileAt(repo: string, ref: string, path: string): Promise<string | null> {
    const result = await this.world.need(repo).git.attempt(["show", `${ref}:${path}`]);
    return result.code === 0 ? result.stdout : null;
  }

  #issue(repo: string, number: number): Issue {
    const issue = this.world.need(repo).issues.get(number);
    if (!issue) throw new Error(`There is no ${repo}#${number}`);
    return issue;
  }
}
