import { tellRun } from "./acts/checks.ts";
import { addComment, editComment, findComment } from "./acts/comments.ts";
import { removeInstallation, renameRepository, setInstalled, setSuspended } from "./acts/installing.ts";
import { closeIssue, editIssue, reopenIssue } from "./acts/issues.ts";
import { addLabels, removeLabel } from "./acts/labels.ts";
import { addBlocker, addChild, removeBlocker } from "./acts/links.ts";
import { openIssue } from "./acts/open-issue.ts";
import { mergePull, setDraft } from "./acts/pulls.ts";
import { afterPush } from "./acts/refs.ts";
import { type NewReviewComment, replyToReviewComment, submitReview } from "./acts/reviews.ts";
import { hasRole } from "./auth/actor.ts";
import type { MergeMethod } from "./git/merge.ts";
import {
  type CheckRun,
  type Issue,
  isPull,
  type PullIssue,
  type Repository,
  type RoleName,
  type Sender,
} from "./state/nouns.ts";
import type { World } from "./state/world.ts";

/**
 * A person at GitHub's own pages. Everything that they do sends the webhooks that GitHub would; what their role does not
 * allow throws, with the role that it takes.
 */
export class Person {
  readonly login: string;
  readonly #world: World;

  constructor(world: World, login: string) {
    if (!world.user(login)) throw new Error(`There is no user ${login}; createUser("${login}") first`);
    this.#world = world;
    this.login = login;
  }

  /** Opens an issue; answers its number. Labels need the triage role, as at GitHub. */
  openIssue(repo: string, given: { title: string; body?: string; labels?: readonly string[] }): number {
    const repository = this.#world.need(repo);
    const labels = given.labels ?? [];
    if (labels.length > 0) this.#require(repository, "triage", "add labels");
    const { title, body = null } = given;
    const issue = openIssue(this.#world, repository, this.#sender(), { title, body, labels, assignees: [] });
    return issue.number;
  }

  editIssue(repo: string, number: number, change: { title?: string; body?: string }): void {
    const { repository, issue } = this.#issue(repo, number);
    if (issue.user.login !== this.login) this.#require(repository, "write", "edit someone else's issue");
    editIssue(this.#world, repository, issue, this.#sender(), change);
  }

  label(repo: string, number: number, ...names: string[]): void {
    const { repository, issue } = this.#issue(repo, number);
    this.#label(repository, issue, names);
  }

  unlabel(repo: string, number: number, name: string): void {
    const { repository, issue } = this.#issue(repo, number);
    this.#require(repository, "triage", "remove labels");
    if (!removeLabel(this.#world, repository, issue, this.#sender(), name)) {
      throw new Error(`${repo}#${number} has no label ${name}`);
    }
  }

  /** Comments on an issue or pull request; answers the comment's id. */
  comment(repo: string, number: number, body: string): number {
    const { repository, issue } = this.#issue(repo, number);
    return addComment(this.#world, repository, issue, this.#sender(), body).id;
  }

  editComment(repo: string, id: number, body: string): void {
    const repository = this.#world.need(repo);
    const found = findComment(repository, id);
    if (!found) throw new Error(`${repo} has no comment ${id}`);
    editComment(this.#world, repository, found.issue, found.comment, this.#sender(), body);
  }

  /** Says that the issue cannot be begun before another one is closed. */
  block(repo: string, number: number, blocker: number): void {
    const { repository, issue } = this.#issue(repo, number);
    this.#require(repository, "triage", "add a dependency");
    addBlocker(this.#world, repository, issue, this.#issue(repo, blocker).issue, this.#sender());
  }

  unblock(repo: string, number: number, blocker: number): void {
    const { repository, issue } = this.#issue(repo, number);
    this.#require(repository, "triage", "remove a dependency");
    removeBlocker(this.#world, repository, issue, this.#issue(repo, blocker).issue, this.#sender());
  }

  addSubIssue(repo: string, parent: number, child: number): void {
    const { repository, issue } = this.#issue(repo, parent);
    this.#require(repository, "triage", "add a sub-issue");
    addChild(this.#world, repository, issue, this.#issue(repo, child).issue, this.#sender());
  }

  closeIssue(repo: string, number: number, reason: "completed" | "not_planned" = "completed"): void {
    const { repository, issue } = this.#issue(repo, number);
    if (issue.user.login !== this.login) this.#require(repository, "triage", "close someone else's issue");
    closeIssue(this.#world, repository, issue, this.#sender(), reason);
  }

  reopenIssue(repo: string, number: number): void {
    const { repository, issue } = this.#issue(repo, number);
    if (issue.user.login !== this.login) this.#require(repository, "triage", "reopen someone else's issue");
    reopenIssue(this.#world, repository, issue, this.#sender());
  }

  closePullRequest(repo: string, number: number): void {
    this.closeIssue(repo, number);
  }

  /** Marks a draft as ready for review. */
  markReady(repo: string, number: number): void {
    const { repository, issue } = this.#pull(repo, number);
    this.#require(repository, "write", "mark pull requests ready");
    setDraft(this.#world, repository, issue, this.#sender(), false);
  }

  /** Merges a pull request, also a draft (marked ready first, as the button does); answers the merge commit. */
  async mergePullRequest(repo: string, number: number, method: MergeMethod = "merge"): Promise<string> {
    const { repository, issue } = this.#pull(repo, number);
    this.#require(repository, "write", "merge");
    setDraft(this.#world, repository, issue, this.#sender(), false);
    return mergePull(this.#world, repository, issue, this.#sender(), { method });
  }

  /** Puts the App on a repository. */
  installApp(repo: string): void {
    this.#setInstalled(repo, true);
  }

  /** Takes the App off a repository: its tokens see it no more. */
  uninstallApp(repo: string): void {
    this.#setInstalled(repo, false);
  }

  /** Takes the App off the whole account that the repository belongs to. */
  uninstallAppFromAccount(repo: string): void {
    const { owner } = this.#administered(repo, "uninstall Apps");
    removeInstallation(this.#world, owner, this.#sender());
  }

  /** Suspends the App on the account that the repository belongs to, or lets it go on. */
  suspendApp(repo: string, suspended: boolean): void {
    const { owner } = this.#administered(repo, "suspend Apps");
    setSuspended(this.#world, owner, this.#sender(), suspended);
  }

  /** Gives the repository another name with the same owner. */
  renameRepository(repo: string, name: string): void {
    renameRepository(this.#world, this.#administered(repo, "rename it"), this.#sender(), name);
  }

  /** Submits a review; comments sit on lines of the diff. Answers the review's id. */
  async review(
    repo: string,
    number: number,
    given: { event?: "APPROVE" | "REQUEST_CHANGES" | "COMMENT"; body?: string; comments?: readonly NewReviewComment[] },
  ): Promise<number> {
    const { repository, issue } = this.#pull(repo, number);
    const review = await submitReview(this.#world, repository, issue, this.#sender(), {
      event: given.event ?? "COMMENT",
      body: given.body ?? "",
      comments: given.comments ?? [],
    });
    return review.id;
  }

  /** Answers in a thread of a review, named by the comment that began it. */
  replyInThread(repo: string, number: number, comment: number, body: string): number {
    const { repository, issue } = this.#pull(repo, number);
    const answered = issue.pull.reviewComments.find(({ id }) => id === comment);
    if (answered === undefined) throw new Error(`Pull request ${number} has no comment ${comment}`);
    return replyToReviewComment(this.#world, repository, issue, this.#sender(), answered, body).id;
  }

  /** Presses a button of a completed check run. */
  requestCheckAction(repo: string, checkRunId: number, identifier: string): void {
    const { repository, run } = this.#run(repo, checkRunId);
    if (!run.actions.some((action) => action.identifier === identifier)) {
      throw new Error(`Check run ${checkRunId} has no button ${identifier}`);
    }
    if (run.status !== "completed") throw new Error("GitHub shows buttons only on completed check runs");
    tellRun(this.#world, repository, run, this.#sender(), "requested_action", { requested_action: { identifier } });
  }

  /** Presses "Re-run" at one check. */
  rerunCheck(repo: string, checkRunId: number): void {
    const { repository, run } = this.#run(repo, checkRunId);
    tellRun(this.#world, repository, run, this.#sender(), "rerequested");
  }

  /** Commits whole files on a branch (made from the default branch when new) and pushes; answers the commit. */
  async push(
    repo: string,
    given: { branch?: string; message: string; files: Record<string, string | null> },
  ): Promise<string> {
    const repository = this.#world.need(repo);
    this.#require(repository, "write", "push");
    const branch = given.branch ?? repository.defaultBranch;
    const ref = `refs/heads/${branch}`;
    const before = (await repository.git.refs(ref)).get(ref) ?? null;
    const sender = this.#sender();
    const after = await repository.git.commitFiles({
      branch,
      parent: before ?? (await repository.git.resolve(repository.defaultBranch)),
      message: given.message,
      author: { name: sender.user.name, email: sender.user.email },
      at: this.#world.now(),
      files: given.files,
    });
    await afterPush(this.#world, repository, sender, [{ ref, before, after }]);
    return after;
  }

  #setInstalled(repo: string, installed: boolean): void {
    setInstalled(this.#world, this.#administered(repo, "install Apps"), this.#sender(), installed);
  }

  #administered(repo: string, what: string): Repository {
    const repository = this.#world.need(repo);
    this.#require(repository, "admin", what);
    return repository;
  }

  #sender(): Sender {
    const user = this.#world.user(this.login);
    if (!user) throw new Error(`There is no user ${this.login}`);
    return { user, byApp: false };
  }

  #label(repository: Repository, issue: Issue, names: readonly string[]): void {
    this.#require(repository, "triage", "add labels");
    addLabels(this.#world, repository, issue, this.#sender(), names);
  }

  #require(repository: Repository, role: RoleName, what: string): void {
    const own = this.#world.roleOf(repository, this.login);
    if (!hasRole(own, role)) {
      throw new Error(`${this.login} (${own ?? "no role"}) may not ${what} in ${repository.name}: it takes ${role}`);
    }
  }

  #issue(repo: string, number: number): { repository: Repository; issue: Issue } {
    const repository = this.#world.need(repo);
    const issue = repository.issues.get(number);
    if (!issue) throw new Error(`There is no ${repo}#${number}`);
    return { repository, issue };
  }

  #run(repo: string, id: number): { repository: Repository; run: CheckRun } {
    const repository = this.#world.need(repo);
    this.#require(repository, "write", "use check runs");
    const run = repository.checkRuns.find((one) => one.id === id);
    if (!run) throw new Error(`${repo} has no check run ${id}`);
    return { repository, run };
  }

  #pull(repo: string, number: number): { repository: Repository; issue: PullIssue } {
    const { repository, issue } = this.#issue(repo, number);
    if (!isPull(issue)) throw new Error(`${repo}#${number} is not a pull request`);
    return { repository, issue };
  }
}
