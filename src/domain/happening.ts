import type { RepositoryRef } from "./task.ts";

export type Actor = { login: string; isBot: boolean };

/** What a webhook tells us, in our words; anything else that GitHub sends is ignored. */
export type Happening =
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
  | { kind: "policy_changed"; repository: RepositoryRef; actor: Actor; at: number };
