import type { FileEntry, TreeEntry } from "../git/tree.ts";
import type { Repository } from "../state/nouns.ts";
import type { World } from "../state/world.ts";
import type { Json } from "./json.ts";
import { repositoryApi, repositoryPage } from "./repositories.ts";

const types = { file: "file", directory: "dir", symlink: "symlink", submodule: "submodule" };

function renderEntry(world: World, repository: Repository, ref: string, entry: TreeEntry): Json {
  const path = entry.path.split("/").map(encodeURIComponent).join("/");
  const query = `?ref=${encodeURIComponent(ref)}`;
  const isFolder = entry.kind === "directory";
  const api = repositoryApi(world.links, repository);
  const self = `${api}/contents/${path}${query}`;
  const git = `${api}/git/${isFolder ? "trees" : "blobs"}/${entry.sha}`;
  const html = `${repositoryPage(world.links, repository)}/${isFolder ? "tree" : "blob"}/${encodeURIComponent(ref)}/${path}`;
  return {
    name: entry.path.split("/").at(-1) ?? "",
    path: entry.path,
    sha: entry.sha,
    size: entry.size,
    url: self,
    html_url: html,
    git_url: git,
    download_url: isFolder ? null : html.replace("/blob/", "/raw/"),
    type: types[entry.kind],
    _links: { self, git, html },
  };
}

export function renderDirectory(world: World, repository: Repository, ref: string, entries: TreeEntry[]): Json[] {
  return entries.map((entry) => renderEntry(world, repository, ref, entry));
}

/** A file with its content; GitHub wraps the base64 after 60 characters, and omits it past 1 MB. */
export function renderFileContent(world: World, repository: Repository, ref: string, entry: FileEntry): Json {
  const shared = renderEntry(world, repository, ref, entry);
  if (entry.kind === "symlink") return { ...shared, target: entry.content.toString() };
  if (entry.content.length > 1024 * 1024) return { ...shared, encoding: "none", content: "" };
  const lines = entry.content.toString("base64").replace(/(.{60})/g, "$1\n");
  return { ...shared, encoding: "base64", content: lines.endsWith("\n") || lines === "" ? lines : `${lines}\n` };
}
