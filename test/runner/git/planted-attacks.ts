import { appendFile, chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Worktree } from "#runner/git/worktree.ts";
import { plainGit } from "./plain-git.ts";

/** What an attack has at hand: the agent's worktree and repository, and a program that leaves a mark when it is run. */
export type Target = {
  worktree: Worktree;
  tree: string;
  gitDir: string;
  /** Runs `touch <canary>`; usable wherever git takes a command. */
  program: string;
  /** Exists when the program was run. */
  canary: string;
  /** A repository that pushes are redirected to. */
  sink: string;
  /** A folder outside the worktree that writes are redirected to. */
  outside: string;
  remoteUrl: string;
};

export type Attack = {
  name: string;
  plant(target: Target): Promise<void>;
  /** The ordinary command that falls for it. Null: nothing that plain git does (the attack aims at our own writes). */
  careless: ((target: Target) => Promise<unknown>) | null;
};

const config = (target: Target, key: string, value: string): Promise<string> =>
  plainGit(target.gitDir, ["config", "--file", join(target.gitDir, "config"), key, value]);

async function hook(target: Target, name: string): Promise<void> {
  const path = join(target.gitDir, "hooks", name);
  await mkdir(join(target.gitDir, "hooks"), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${target.program}\ncat >/dev/null\n`);
  await chmod(path, 0o755);
}

const inTree = (target: Target, args: readonly string[], environment: Record<string, string> = {}): Promise<string> =>
  plainGit(target.tree, args, { reject: false, environment });

/** An embedded repository whose own configuration runs the program when git looks at it. */
async function embed(target: Target, folder: string): Promise<void> {
  const path = join(target.tree, folder);
  await mkdir(path, { recursive: true });
  await plainGit(path, ["init", "--quiet"]);
  await writeFile(join(path, "file"), "one\n");
  await plainGit(path, ["add", "file"]);
  await plainGit(path, ["commit", "--quiet", "-m", "Embedded"]);
  await plainGit(path, ["config", "core.fsmonitor", target.program]);
  await plainGit(path, ["config", "filter.x.clean", target.program]);
  await writeFile(join(path, ".gitattributes"), "* filter=x\n");
  await writeFile(join(path, "file"), "two\n");
}

/** SECURITY.md §2.3: what an agent may leave behind for the runner's next ordinary command. */
export const attacks: readonly Attack[] = [
  {
    name: "core.fsmonitor",
    plant: async (target) => void (await config(target, "core.fsmonitor", target.program)),
    careless: (target) => inTree(target, ["status"]),
  },
  {
    name: "a post-checkout hook",
    plant: (target) => hook(target, "post-checkout"),
    careless: (target) => inTree(target, ["worktree", "add", "-b", "other", join(target.outside, "other")]),
  },
  {
    name: "a pre-push hook",
    plant: (target) => hook(target, "pre-push"),
    careless: (target) => inTree(target, ["push", target.sink, "HEAD:refs/heads/x"]),
  },
  {
    name: "every hook there is, by core.hooksPath",
    async plant(target) {
      const names = [
        "reference-transaction",
        "post-index-change",
        "pre-commit",
        "commit-msg",
        "post-commit",
        "fsmonitor-watchman",
        "pre-auto-gc",
        "post-rewrite",
      ];
      for (const name of names) await hook(target, name);
      await config(target, "core.hooksPath", join(target.gitDir, "hooks"));
    },
    careless: (target) => inTree(target, ["update-ref", "refs/heads/y", "HEAD"]),
  },
  {
    name: "a clean filter by .gitattributes",
    async plant(target) {
      await config(target, "filter.x.clean", target.program);
      await config(target, "filter.x.process", target.program);
      await config(target, "filter.x.required", "true");
      await writeFile(join(target.tree, ".gitattributes"), "* filter=x\n");
      await mkdir(join(target.gitDir, "info"), { recursive: true });
      await writeFile(join(target.gitDir, "info", "attributes"), "* filter=x\n");
    },
    careless: (target) => inTree(target, ["add", "-A"]),
  },
  {
    name: "diff.external and textconv",
    async plant(target) {
      await config(target, "diff.external", target.program);
      await config(target, "diff.x.textconv", target.program);
      await writeFile(join(target.tree, ".gitattributes"), "* diff=x\n");
    },
    careless: (target) => inTree(target, ["diff"]),
  },
  {
    name: "core.sshCommand",
    plant: async (target) => void (await config(target, "core.sshCommand", target.program)),
    careless: (target) => inTree(target, ["push", "git@127.0.0.1:octo/sample.git", "HEAD:refs/heads/x"]),
  },
  {
    name: "credential.helper",
    async plant(target) {
      await config(target, "credential.helper", `!${target.program}`);
      await config(target, "core.askPass", target.program.replace(/^touch .*/, ""));
    },
    careless: (target) => inTree(target, ["push", target.remoteUrl, "HEAD:refs/heads/x"]),
  },
  {
    name: "url.insteadOf to another remote",
    async plant(target) {
      await config(target, `url.${target.sink}.insteadOf`, target.remoteUrl);
      await config(target, `url.${target.sink}.pushInsteadOf`, target.remoteUrl);
    },
    careless: (target) => inTree(target, ["push", target.remoteUrl, "HEAD:refs/heads/redirected"]),
  },
  {
    name: "gpg.program with commit.gpgSign",
    async plant(target) {
      await config(target, "gpg.program", target.program.replace("touch ", ""));
      await config(target, "commit.gpgSign", "true");
      await writeFile(join(target.outside, "gpg"), `#!/bin/sh\n${target.program}\n`);
      await chmod(join(target.outside, "gpg"), 0o755);
      await config(target, "gpg.program", join(target.outside, "gpg"));
    },
    careless: (target) => inTree(target, ["commit", "--allow-empty", "-m", "x"]),
  },
  {
    name: "a re-pointed .git file",
    async plant(target) {
      const evil = join(target.tree, "..", "repo.git", "evil");
      await plainGit(target.tree, ["init", "--quiet", "--bare", evil]);
      await plainGit(target.tree, ["config", "--file", join(evil, "config"), "core.fsmonitor", target.program]);
      await plainGit(target.tree, ["config", "--file", join(evil, "config"), "core.bare", "false"]);
      await plainGit(target.tree, ["config", "--file", join(evil, "config"), "core.worktree", target.tree]);
      await writeFile(join(target.tree, ".git"), `gitdir: ${evil}\n`);
    },
    careless: (target) => inTree(target, ["status"]),
  },
  {
    name: "an embedded bare repository",
    async plant(target) {
      const evil = join(target.tree, "fixtures");
      await plainGit(target.tree, ["init", "--quiet", "--bare", evil]);
      await plainGit(evil, ["config", "core.bare", "false"]);
      await plainGit(evil, ["config", "core.worktree", evil]);
      await plainGit(evil, ["config", "core.fsmonitor", target.program]);
      await rm(join(evil, "hooks"), { recursive: true, force: true });
    },
    careless: (target) => plainGit(join(target.tree, "fixtures"), ["status"], { reject: false }),
  },
  {
    name: "an embedded repository, committed as a gitlink and changed",
    async plant(target) {
      await embed(target, "vendor/lib");
      await plainGit(target.tree, ["add", "vendor/lib"]);
      await plainGit(target.tree, ["commit", "--quiet", "-m", "Add a gitlink"]);
    },
    careless: (target) => inTree(target, ["status"]),
  },
  {
    name: "an embedded repository that is untracked",
    plant: (target) => embed(target, "nested"),
    careless: (target) => plainGit(join(target.tree, "nested"), ["status"], { reject: false }),
  },
  {
    name: "a tracked file replaced by an embedded repository",
    async plant(target) {
      await rm(join(target.tree, "README.md"));
      await embed(target, "README.md");
    },
    careless: (target) => plainGit(join(target.tree, "README.md"), ["status"], { reject: false }),
  },
  {
    name: "everything that upload-pack might run for a fetch by path",
    async plant(target) {
      await config(target, "uploadpack.packObjectsHook", target.program);
      await config(target, "core.alternateRefsCommand", target.program);
      await config(target, "core.gitProxy", target.program);
      await config(target, "core.fsmonitor", target.program);
      await config(target, "core.sshCommand", target.program);
      for (const name of ["pre-upload", "post-upload-pack", "reference-transaction"]) await hook(target, name);
    },
    careless: (target) => inTree(target, ["update-ref", "refs/heads/z", "HEAD"]),
  },
  {
    name: "an included configuration file and a promisor remote",
    async plant(target) {
      await writeFile(join(target.outside, "more"), `[core]\n\tfsmonitor = ${JSON.stringify(target.program)}\n`);
      await config(target, "include.path", join(target.outside, "more"));
      await config(target, "remote.origin.promisor", "true");
      await config(target, "remote.origin.partialclonefilter", "blob:none");
      await config(target, "remote.origin.uploadpack", target.program);
    },
    careless: (target) => inTree(target, ["status"]),
  },
  {
    name: "a receive-pack and ext:: given as the remote",
    async plant(target) {
      await config(target, "remote.origin.receivepack", target.program);
      await config(target, "remote.origin.pushurl", `ext::${target.program}`);
      await config(target, "protocol.ext.allow", "always");
    },
    careless: (target) => inTree(target, ["push", "origin", "HEAD"]),
  },
  {
    name: "the task's index and refs replaced by links that lead out",
    async plant(target) {
      const linked = join(target.gitDir, "worktrees", "tree", "index");
      await writeFile(join(target.outside, "index"), "outside\n");
      await rm(linked);
      await symlink(join(target.outside, "index"), linked);
      await rename(join(target.gitDir, "refs", "heads"), join(target.outside, "heads"));
      await symlink(join(target.outside, "heads"), join(target.gitDir, "refs", "heads"));
    },
    careless: null,
  },
  {
    name: "folders of the tree replaced by links that lead out",
    async plant(target) {
      await rm(join(target.tree, "src"), { recursive: true });
      await symlink(target.outside, join(target.tree, "src"));
      await symlink(target.outside, join(target.tree, ".claude"));
      await appendFile(join(target.tree, "README.md"), "more\n");
    },
    careless: null,
  },
  {
    name: "the whole tree replaced by a link that leads out",
    async plant(target) {
      await writeFile(join(target.outside, "README.md"), "a secret of the machine\n");
      await rename(target.tree, join(target.worktree.folder, "moved"));
      await symlink(target.outside, target.tree);
    },
    careless: null,
  },
  {
    name: "the task's repository replaced by a link to another",
    async plant(target) {
      await rename(target.gitDir, join(target.outside, "theirs.git"));
      await symlink(join(target.outside, "theirs.git"), target.gitDir);
    },
    careless: null,
  },
  {
    name: "objects of another repository linked in one by one",
    async plant(target) {
      await mkdir(join(target.outside, "ab"));
      await symlink(join(target.outside, "ab"), join(target.gitDir, "objects", "ab"));
    },
    careless: null,
  },
  {
    name: "another repository's objects borrowed",
    plant: (target) =>
      appendFile(join(target.gitDir, "objects", "info", "alternates"), `${join(target.outside, "objects")}\n`),
    careless: null,
  },
];
