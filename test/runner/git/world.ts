import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Credential } from "#runner/git/credential.ts";
import { makeWorktree } from "#runner/git/make-worktree.ts";
import { type Mirror, openMirror } from "#runner/git/mirror.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import { type RemoteServer, startRemote } from "./remote.ts";

/** One remote with one repository, a runner's home and a folder for tasks; all gone after `close`. */
export type GitWorld = {
  readonly root: string;
  readonly home: string;
  readonly remote: RemoteServer;
  readonly token: string;
  readonly credential: Credential;
  readonly mirror: Mirror;
  /** The commit that `main` stood at when the world was made. */
  readonly baseSha: string;
  folder(task: string): string;
  worktree(task: string, more?: { branch?: string; baseSha?: string; startAt?: string }): Promise<Worktree>;
  close(): Promise<void>;
};

export const author = { name: "Claude", email: "claude@example.test" };
export const repository = "octo/sample";

export async function makeWorld(
  files: Record<string, string> = {
    "README.md": "# Sample\n",
    "src/one.txt": "one\n",
    ".gitignore": "ignored/\n.env\n",
  },
): Promise<GitWorld> {
  const root = await mkdtemp(join(tmpdir(), "cco-git-"));
  const home = join(root, "home");
  await mkdir(join(root, "remote"));
  const token = `ghs_${randomBytes(30).toString("hex")}`;
  const remote = await startRemote(join(root, "remote"), token);
  const baseSha = await remote.create(repository, files);
  const credential: Credential = { username: "x-access-token", password: () => token };
  const mirror = openMirror({ home, repository, url: remote.url(repository) });
  await mirror.fetch(credential);
  const folder = (task: string): string => join(root, "tasks", task);
  return {
    root,
    home,
    remote,
    token,
    credential,
    mirror,
    baseSha,
    folder,
    worktree: (task, more = {}) =>
      makeWorktree({
        mirror,
        task,
        folder: folder(task),
        branch: more.branch ?? `claude/${task.toLowerCase()}`,
        baseSha: more.baseSha ?? baseSha,
        author,
        ...(more.startAt === undefined ? {} : { startAt: more.startAt }),
      }),
    async close() {
      await remote.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
