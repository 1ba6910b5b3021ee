import { execFile } from "node:child_process";
import { type BareRepository, gitEnvironment } from "./bare.ts";

export interface TreeEntry {
  path: string;
  kind: "file" | "directory" | "symlink" | "submodule";
  sha: string;
  size: number;
}

export interface FileEntry extends TreeEntry {
  kind: "file" | "symlink" | "submodule";
  content: Buffer;
}

function kindOf(mode: string): TreeEntry["kind"] {
  if (mode === "040000") return "directory";
  if (mode === "120000") return "symlink";
  return mode === "160000" ? "submodule" : "file";
}

/** The entries of a folder (`""` for the root, else ending in a slash) at a commit. */
export async function list(git: BareRepository, sha: string, folder: string): Promise<TreeEntry[]> {
  const text = await git.run(["ls-tree", "-z", "--long", sha, "--", ...(folder === "" ? [] : [folder])], undefined, {
    GIT_LITERAL_PATHSPECS: "1",
  });
  return text
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [left = "", path = ""] = line.split("\t");
      const [mode = "", , object = "", size = "-"] = left.split(/ +/);
      return { path, kind: kindOf(mode), sha: object, size: Number(size) || 0 };
    });
}

function readBlob(git: BareRepository, sha: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd: git.folder,
      env: gitEnvironment(),
      encoding: "buffer",
      maxBuffer: 64 * 1024 * 1024,
      timeout: 30_000,
    } as const;
    execFile("git", ["cat-file", "blob", sha], options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}

/** What a path holds at a commit, with a file's bytes, or null. */
export async function readEntry(
  git: BareRepository,
  sha: string,
  path: string,
): Promise<FileEntry | (TreeEntry & { kind: "directory" }) | null> {
  // Git refuses such a path with an error; GitHub has just no such file.
  if (path.split("/").some((part) => part === ".." || part === "." || part === "")) return null;
  const [entry] = (await list(git, sha, path)).filter((one) => one.path === path);
  if (!entry) return null;
  const { kind } = entry;
  if (kind === "directory") return { ...entry, kind };
  const content = kind === "submodule" ? Buffer.alloc(0) : await readBlob(git, entry.sha);
  return { ...entry, kind, content };
}
