import type { RepositoryRef } from "./task.ts";
import type { Verdict } from "./verdicts.ts";

export type Actor = { login: string; isBot: boolean };

/** How the app lost its way to repositories. */
export type AppLoss = "uninstalled" | "suspended" | "removed";

/** What a webhook tells us, in our words; anything else that GitHub sends is ignored. */
export type Happening = Asking & {
  /** What it says of a pull request, besides. */
  verdict?: Verdict;
};

type Asking =
  /** Asks nothing, and says something all the same. */
  | { kind: "verdict_told"; repository: RepositoryRef; actor: Actor; at: number }
  | {
      kind: "issue_labelled";
      repository: RepositoryRef;
      issue: number;
      /** Title and body as they stood when the label was put on. */
      title: string;
      body: string;
      label: string;
      actor: Actor;
      at: number;
    }
  | { kind: "issue_unlabelled"; repository: RepositoryRef; issue: number; label: string; actor: Actor; at: number }
  | { kind: "issue_closed"; repository: RepositoryRef; issue: number; actor: Actor; at: number }
  | {
      kind: "pull_request_changed";
      repository: RepositoryRef;
      number: number;
      state: "open" | "closed" | "merged";
      draft: boolean;
      headSha: string;
      actor: Actor;
      at: number;
    }
  | {
      kind: "commented";
      repository: RepositoryRef;
      /** The number of the issue or pull request under which it stands. */
      thread: number;
      isPullRequest: boolean;
      /** The task itself, where somebody names it elsewhere and it has neither. */
      task?: number;
      /** Title and body of the issue when the comment was written; null under a pull request. */
      issue: { title: string; body: string } | null;
      /** GitHub's id of the comment. */
      comment: string;
      body: string;
      actor: Actor;
      at: number;
    }
  | {
      kind: "issue_edited";
      repository: RepositoryRef;
      issue: number;
      title: string;
      body: string;
      actor: Actor;
      at: number;
    }
  /** Reopened, or linked with another issue, or no longer: the issue that has the link, and when. */
  | { kind: "links_changed"; repository: RepositoryRef; issue: number; actor: Actor; at: number }
  | {
      kind: "check_asked";
      repository: RepositoryRef;
      /** The button that was pressed; null for "Re-run". */
      button: string | null;
      /** GitHub's id of our check run; null where all checks of the commit are asked for. */
      checkRun: string | null;
      headSha: string;
      actor: Actor;
      at: number;
    }
  | {
      kind: "checks_changed";
      repository: RepositoryRef;
      headSha: string;
      /** False when a check ended well: others may have waited for it. */
      isFailing: boolean;
      actor: Actor;
      at: number;
    }
  | { kind: "reviewed"; repository: RepositoryRef; number: number; review: number; actor: Actor; at: number }
  | { kind: "branch_moved"; repository: RepositoryRef; branch: string; isDefault: boolean; actor: Actor; at: number }
  | { kind: "policy_changed"; repository: RepositoryRef; actor: Actor; at: number }
  /** The app may no longer look at these repositories: their ids, or null for all of the installation. */
  | { kind: "app_left"; installationId: number; repositories: number[] | null; how: AppLoss; actor: Actor; at: number };
