import type { RepositoryRef } from "#domain/task.ts";
import type { Policy } from "#protocol/policy.ts";

export type KnownPolicy = { repositoryId: number; text: string; policy: Policy };

export interface Policies {
  get(repositoryId: number): KnownPolicy | null;
  put(known: KnownPolicy): void;
  /** When a known policy was last compared with the repository; 0 for never. */
  readAt(repositoryId: number): number;
  touch(repositoryId: number, at: number): void;
  /** What is wrong with the repository's file, by its name; null when it is sound again. */
  judge(repository: RepositoryRef, problem: string | null): void;
  problems(): { repository: string; problem: string }[];
}
