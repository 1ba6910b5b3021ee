import { spawn } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { plainGit } from "./plain-git.ts";

/** A real git remote: bare repositories behind `git http-backend`, with Basic auth. */
export type RemoteServer = {
  /** The address of a repository; the token is not in it. */
  url(repository: string): string;
  /** The bare repository's folder on disk. */
  folder(repository: string): string;
  /** Makes a repository whose default branch `main` holds these files. @returns the commit's id */
  create(repository: string, files: Record<string, string>): Promise<string>;
  /** Adds a commit to a branch, as somebody else would. @returns its id */
  commit(repository: string, branch: string, files: Record<string, string>): Promise<string>;
  /** Installs a server-side hook. */
  hook(repository: string, name: "pre-receive" | "update" | "post-receive", script: string): Promise<void>;
  /** Every request's method and path, and the user it was made as. */
  readonly requests: { method: string; path: string; user: string | null }[];
  /** Answer the next requests with this status instead; replaces what was said before. */
  failWith(status: number, times: number): void;
  close(): Promise<void>;
};

export async function startRemote(root: string, token: string): Promise<RemoteServer> {
  const requests: RemoteServer["requests"] = [];
  const failures: number[] = [];
  const server = createServer((request, response) => {
    const status = failures.shift();
    const user = userOf(request, token);
    const path = new URL(request.url ?? "/", "http://remote").pathname;
    requests.push({ method: request.method ?? "", path, user });
    if (status !== undefined) response.writeHead(status).end();
    else if (user === null) response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    else serve(root, user, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = (repository: string): string => join(root, `${repository}.git`);

  async function commit(repository: string, branch: string, files: Record<string, string>): Promise<string> {
    const gitDir = folder(repository);
    const index = join(gitDir, `index-${Math.random().toString(36).slice(2)}`);
    const environment = { GIT_INDEX_FILE: index };
    const parent = (await plainGit(gitDir, ["for-each-ref", "--format=%(objectname)", `refs/heads/${branch}`])).trim();
    if (parent !== "") await plainGit(gitDir, ["read-tree", parent], { environment });
    for (const [path, content] of Object.entries(files)) {
      const blob = (await plainGit(gitDir, ["hash-object", "-w", "--stdin"], { input: content })).trim();
      const mode = content.startsWith("#!") ? "100755" : "100644";
      await plainGit(gitDir, ["update-index", "--add", "--cacheinfo", `${mode},${blob},${path}`], { environment });
    }
    const tree = (await plainGit(gitDir, ["write-tree"], { environment })).trim();
    const parents = parent === "" ? [] : ["-p", parent];
    const sha = (await plainGit(gitDir, ["commit-tree", tree, ...parents, "-m", `Change ${branch}`])).trim();
    await plainGit(gitDir, ["update-ref", `refs/heads/${branch}`, sha]);
    return sha;
  }

  return {
    url: (repository) => `${origin}/${repository}.git`,
    folder,
    async create(repository, files) {
      await mkdir(folder(repository), { recursive: true });
      await plainGit(root, ["init", "--quiet", "--bare", "--initial-branch=main", folder(repository)]);
      await plainGit(folder(repository), ["config", "http.receivepack", "true"]);
      return await commit(repository, "main", files);
    },
    commit,
    async hook(repository, name, script) {
      const path = join(folder(repository), "hooks", name);
      await mkdir(join(folder(repository), "hooks"), { recursive: true });
      await writeFile(path, `#!/bin/sh\n${script}\n`);
      await chmod(path, 0o755);
    },
    requests,
    failWith(status, times) {
      failures.splice(0, failures.length, ...Array<number>(times).fill(status));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function userOf(request: IncomingMessage, token: string): string | null {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (basic === undefined) return null;
  const [user, ...password] = Buffer.from(basic, "base64").toString("utf8").split(":");
  return password.join(":") === token ? (user ?? null) : null;
}

/** One CGI call of git's own server (git-http-backend(1)). */
function serve(root: string, user: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://remote");
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      HTTP_GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REMOTE_USER: user,
      REMOTE_ADDR: "127.0.0.1",
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(child.stdin);
  child.stdin.on("error", () => request.resume());
  let head = Buffer.alloc(0);
  let started = false;
  child.stdout.on("data", (chunk: Buffer) => {
    if (started) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    started = true;
    const headers = new Map<string, string>();
    for (const line of head.subarray(0, end).toString("latin1").split("\r\n")) {
      headers.set(line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim());
    }
    const status = Number.parseInt(headers.get("status") ?? "200", 10);
    headers.delete("status");
    response.writeHead(status, Object.fromEntries(headers));
    response.write(head.subarray(end + 4));
  });
  child.on("close", () => {
    if (!started) response.writeHead(500);
    response.end();
  });
}
