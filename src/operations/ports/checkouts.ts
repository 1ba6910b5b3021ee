/** A git repository of somebody's own on the machine of the control plane, with its working copy. */
export type Checkout = {
  /** Its top folder, links followed. */
  folder: string;
  /** The last part of the folder's name, in letters that a repository's name may have. */
  name: string;
  /** The branch that is checked out; null when none is. */
  branch: string | null;
  /** What the branch changes since it left the other, as git writes it; null where one of them is not there. */
  diff(base: string, branch: string): Promise<{ headSha: string; text: string } | null>;
  hasBranch(name: string): Promise<boolean>;
  /** Whether the branch holds that commit, or what it and its own before it change: each by itself, or all in one. */
  hasMerged(branch: string, headSha: string): Promise<boolean>;
  /** The policy file on that branch or, while it has none, in the working copy; null when there is neither. */
  policyText(branch: string): Promise<string | null>;
};

/** There is no repository that can be worked on; the message says why, the advice what to do. */
export class NoCheckoutError extends Error {
  readonly advice: string;
  constructor(message: string, advice: string) {
    super(message);
    this.name = "NoCheckoutError";
    this.advice = advice;
  }
}

/** The repositories of this machine. */
export interface Checkouts {
  /** @throws NoCheckoutError */
  look(folder: string): Promise<Checkout>;
}
