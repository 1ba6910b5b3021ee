import { posix } from "node:path";
import { gitBytes } from "./git.ts";
import type { Mirror } from "./mirror.ts";
import { protectedBy } from "./protected-paths.ts";
import { findSecrets } from "./secret-patterns.ts";

/** Something about the work that a person should know before it is published (S18, S29, S45). */
export type Finding =
  | { kind: "protected_path"; path: string }
  | { kind: "secret"; path: string; what: string; line: number; commit: string | null }
  | { kind: "large_file"; path: string; bytes: number }
  | { kind: "executable"; path: string }
  | { kind: "symlink_outside"; path: string; target: string }
  | { kind: "submodule"; path: string }
  | { kind: "binary"; path: string; bytes: number }
  | { kind: "unscanned"; path: string; bytes: number };

const largeBytes = 10 * 1024 * 1024;
const batchBytes = 32 * 1024 * 1024;

/**
 * Looks at everything that a push of `sha` would publish: the difference to the base, and for secrets also every
 * intermediate version and every commit message, since a file that was added and removed again is published too.
 *
 * @param of.protectedPaths patterns as in {@link protectedBy}
 * @param of.secrets exact secrets of this run; they are looked for and never repeated
 */
export async function inspectChanges(of: {
  mirror: Mirror;
  baseSha: string;
  sha: string;
  protectedPaths: readonly string[];
  secrets: readonly string[];
}): Promise<Finding[]> {
  const { mirror, baseSha, sha } = of;
  const isProtected = protectedBy(of.protectedPaths);
  const findings: Finding[] = [];
  for (const change of await changesBetween(mirror, await newestBase(mirror, baseSha, sha), sha)) {
    const { path } = change;
    if (isProtected(path)) findings.push({ kind: "protected_path", path });
    if (change.mode === "160000") findings.push({ kind: "submodule", path });
    if (change.mode === "100755" && change.modeBefore !== "100755") findings.push({ kind: "executable", path });
    if (change.mode === "120000") {
      const target = (await gitBytes(["cat-file", "blob", change.blob], { gitDir: mirror.path })).toString("utf8");
      if (leadsOutside(path, target)) findings.push({ kind: "symlink_outside", path, target: target.slice(0, 300) });
    }
  }
  return [...findings, ...(await inspectBlobs(of)), ...(await inspectMessages(of))];
}

/** Where the default branch was merged into the work, what came with that merge is not the work's doing. */
async function newestBase(mirror: Mirror, baseSha: string, sha: string): Promise<string> {
  const branch = await mirror.defaultBranch();
  if (branch === null) return baseSha;
  const found = await mirror.git(["merge-base", sha, `refs/heads/${branch}`], { accept: [0, 1] });
  const shared = found.stdout.trim();
  return shared !== "" && (await mirror.contains(shared, baseSha)) ? shared : baseSha;
}

type Change = { path: string; mode: string; modeBefore: string; blob: string };

async function changesBetween(mirror: Mirror, from: string, to: string): Promise<Change[]> {
  const { stdout } = await mirror.git(["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-ext-diff", from, to], {
    maxBytes: 256 << 20,
  });
  const fields = stdout.split("\0");
  const changes: Change[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [, modeBefore, mode, blob] = /^:(\d+) (\d+) [0-9a-f]+ ([0-9a-f]+) /.exec(fields[index] ?? "") ?? [];
    const path = fields[index + 1];
    if (modeBefore && mode && blob && path) changes.push({ path, mode, modeBefore, blob });
  }
  return changes;
}

/** Absolute, or with more `..` than there are folders above it, or into `.git`. */
function leadsOutside(path: string, target: string): boolean {
  if (target.startsWith("/") || /^[A-Za-z]:|\\/.test(target)) return true;
  const end = posix.normalize(posix.join(posix.dirname(path), target));
  return end === ".." || end.startsWith("../") || /(^|\/)\.git(\/|$)/i.test(end);
}

type Blob = { id: string; path: string; bytes: number };

async function inspectBlobs(of: Parameters<typeof inspectChanges>[0]): Promise<Finding[]> {
  const findings: Finding[] = [];
  let batch: Blob[] = [];
  let pending = 0;
  const flush = async (): Promise<void> => {
    for (const [blob, content] of await contents(of.mirror, batch)) {
      if (content.subarray(0, 8_000).includes(0)) findings.push({ kind: "binary", path: blob.path, bytes: blob.bytes });
      for (const { kind, line } of findSecrets(content.toString("latin1"), of.secrets.map(latin))) {
        findings.push({ kind: "secret", path: blob.path, what: kind, line, commit: null });
      }
    }
    batch = [];
    pending = 0;
  };
  for (const blob of await newBlobs(of)) {
    if (blob.bytes > largeBytes) findings.push({ kind: "large_file", path: blob.path, bytes: blob.bytes });
    if (blob.bytes > batchBytes) {
      findings.push({ kind: "unscanned", path: blob.path, bytes: blob.bytes });
      continue;
    }
    if (pending + blob.bytes > batchBytes) await flush();
    batch.push(blob);
    pending += blob.bytes;
  }
  await flush();
  return findings;
}

/** Every file version that the work brings and no branch of the remote has. */
async function newBlobs(of: { mirror: Mirror; baseSha: string; sha: string }): Promise<Blob[]> {
  const { mirror, baseSha, sha } = of;
  const listed = await mirror.git(["rev-list", "--objects", sha, `^${baseSha}`, "--not", "--branches"], {
    maxBytes: 512 << 20,
    timeoutMs: 600_000,
  });
  const paths = new Map<string, string>();
  for (const line of listed.stdout.split("\n")) {
    const [id, ...path] = line.split(" ");
    if (id && path.length > 0 && path[0] !== "") paths.set(id, path.join(" "));
  }
  if (paths.size === 0) return [];
  const checked = await mirror.git(["cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)"], {
    input: `${[...paths.keys()].join("\n")}\n`,
    maxBytes: 512 << 20,
  });
  return checked.stdout.split("\n").flatMap((line) => {
    const [id = "", type, bytes] = line.split(" ");
    return type === "blob" ? [{ id, path: paths.get(id) ?? id, bytes: Number(bytes) }] : [];
  });
}

async function contents(mirror: Mirror, blobs: readonly Blob[]): Promise<[Blob, Buffer][]> {
  if (blobs.length === 0) return [];
  const output = await gitBytes(["cat-file", "--batch=%(objectsize)"], {
    gitDir: mirror.path,
    input: blobs.map((blob) => `${blob.id}\n`).join(""),
    maxBytes: 2 * batchBytes,
  });
  let at = 0;
  return blobs.map((blob) => {
    const start = output.indexOf(10, at) + 1;
    at = start + blob.bytes + 1;
    return [blob, output.subarray(start, start + blob.bytes)];
  });
}

async function inspectMessages(of: Parameters<typeof inspectChanges>[0]): Promise<Finding[]> {
  const { stdout } = await of.mirror.git(
    ["log", "-z", "--format=%H%n%an%n%ae%n%B", of.sha, `^${of.baseSha}`, "--not", "--branches"],
    { maxBytes: 64 << 20 },
  );
  return stdout.split("\0").flatMap((entry) => {
    const commit = entry.slice(0, 40);
    return findSecrets(entry.slice(41), of.secrets).map(({ kind, line }) => ({
      kind: "secret" as const,
      path: "commit message",
      what: kind,
      line,
      commit,
    }));
  });
}

/** Files are searched byte for byte, so a secret is compared by its bytes too. */
function latin(secret: string): string {
  return Buffer.from(secret).toString("latin1");
}
