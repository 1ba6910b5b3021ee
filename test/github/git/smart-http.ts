import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterPush, refChanges } from "../acts/refs.ts";
import { type Actor, actorOfToken, canSee, may, senderOf } from "../auth/actor.ts";
import type { ApiFaults, Fault } from "../server/faults.ts";
import { fullName, type Repository } from "../state/nouns.ts";
import { GitHubProblem } from "../state/problem.ts";
import type { World } from "../state/world.ts";
import { gitEnvironment } from "./bare.ts";

const longestExchangeMs = 60_000;
/** How long git may go on with what it has heard when its client is gone. */
const hungUpMs = 5_000;

export interface GitRequest {
  repository: string;
  /** What follows OWNER/NAME.git. */
  rest: string;
}

/** Recognises a smart-HTTP path; `null` for everything else. */
export function parseGitPath(path: string): GitRequest | null {
  const match = /^\/([\w.-]+)\/([\w.-]+?)(?:\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/.exec(path);
  return match ? { repository: `${match[1]}/${match[2]}`, rest: match[3] ?? "" } : null;
}

/** Git sends its token as the password of basic authentication, with any user name. */
function actorOfBasic(world: World, header: string | undefined): Actor {
  const match = /^basic\s+(\S+)$/i.exec(header ?? "");
  if (!match?.[1]) return { kind: "anonymous" };
  const pair = Buffer.from(match[1], "base64").toString();
  return actorOfToken(world, pair.slice(pair.indexOf(":") + 1));
}

/** Git repositories over HTTP: the real `git http-backend`, behind GitHub's authentication and permissions. */
export class SmartHttp {
  readonly #world: World;
  readonly #faults: ApiFaults;
  /** Pushes into one repository wait for each other, so that what moved can be told apart. */
  readonly #turns = new Map<Repository, Promise<void>>();

  constructor(world: World, faults: ApiFaults) {
    this.#world = world;
    this.#faults = faults;
  }

  async serve(request: IncomingMessage, response: ServerResponse, url: URL, git: GitRequest): Promise<void> {
    const service = git.rest === "/info/refs" ? url.searchParams.get("service") : git.rest.slice(1);
    const isPush = service === "git-receive-pack";
    try {
      const actor = actorOfBasic(this.#world, request.headers.authorization);
      const repository = this.#admit(actor, git.repository, isPush);
      // The transfer itself, not the look at the refs before it.
      const name = git.rest === "/info/refs" ? null : `GIT ${isPush ? "push" : "fetch"}`;
      if (name !== null && (await this.#fails(this.#faults.due(name, "before"), request))) return;
      if (!isPush || git.rest === "/info/refs")
        await this.#backend(request, response, url, repository, git.rest, actor);
      else await this.#push(request, response, url, repository, git.rest, actor);
      if (name !== null && (await this.#fails(this.#faults.due(name, "after"), request))) return;
      // Only now does the client go on: whoever has pushed finds everything that follows from the push.
      response.end();
    } catch (error) {
      if (!(error instanceof GitHubProblem)) throw error;
      const headers = error.status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {};
      response.writeHead(error.status, { "content-type": "text/plain", ...headers }).end(`${error.message}\n`);
    }
  }

  /** Fails as it was told to: by an answer, where none has begun, or by cutting the connection. @returns whether it did */
  async #fails(fault: Fault | null, request: IncomingMessage): Promise<boolean> {
    if (!fault) return false;
    await this.#faults.hold(fault);
    if (fault.when !== "after" && !fault.cut) {
      throw new GitHubProblem(fault.status, fault.message ?? "The stand-in was told to fail");
    }
    request.socket.destroy();
    return true;
  }

  #admit(actor: Actor, name: string, isPush: boolean): Repository {
    const [owner = "", repo = ""] = name.split("/");
    const repository = this.#world.repository(owner, repo);
    const isHidden = !repository || !canSee(this.#world, actor, repository);
    if (actor.kind === "anonymous" && (isPush || isHidden)) throw new GitHubProblem(401, "Authentication required");
    if (isHidden) throw new GitHubProblem(404, "Repository not found.");
    const needs = [{ permission: "contents", level: isPush ? "write" : "read" } as const];
    if (may(this.#world, actor, repository, needs)) return repository;
    const login = actor.kind === "anonymous" ? "anonymous" : senderOf(this.#world, actor).user.login;
    throw new GitHubProblem(403, `Permission to ${fullName(repository)}.git denied to ${login}.`);
  }

  async #push(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    repository: Repository,
    rest: string,
    actor: Actor,
  ): Promise<void> {
    const turn = (this.#turns.get(repository) ?? Promise.resolve()).then(async () => {
      const before = await repository.git.refs();
      await this.#backend(request, response, url, repository, rest, actor);
      const moved = refChanges(before, await repository.git.refs());
      if (moved.length > 0) await afterPush(this.#world, repository, senderOf(this.#world, actor), moved);
    });
    // The next push does not fail because this one did.
    this.#turns.set(
      repository,
      turn.catch(() => undefined),
    );
    await turn;
  }

  #backend(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    repository: Repository,
    rest: string,
    actor: Actor,
  ): Promise<void> {
    const { headers } = request;
    const environment = gitEnvironment({
      GIT_PROJECT_ROOT: repository.git.folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: rest,
      REQUEST_METHOD: request.method ?? "GET",
      QUERY_STRING: url.search.slice(1),
      REMOTE_ADDR: "127.0.0.1",
      REMOTE_USER: actor.kind === "anonymous" ? "" : senderOf(this.#world, actor).user.login,
      STAND_IN_WORKFLOWS: actor.kind === "installation" && !actor.minted.permissions.workflows ? "denied" : "allowed",
      CONTENT_TYPE: headers["content-type"] ?? "",
      // Not CONTENT_LENGTH: without it git reads the body to its end, and a body that is cut off does not leave it waiting.
      ...(headers["content-encoding"] ? { HTTP_CONTENT_ENCODING: headers["content-encoding"] } : {}),
      ...(typeof headers["git-protocol"] === "string" ? { GIT_PROTOCOL: headers["git-protocol"] } : {}),
    });
    // Whoever has hung up while others had their turn has nothing more to say, and git would wait for it.
    if (response.destroyed || request.destroyed) return Promise.resolve();
    return new Promise((resolve, reject) => {
      // A group of its own: what git has started ends with it, else its pipes would stay open.
      const child = spawn("git", ["http-backend"], { env: environment, detached: true });
      let isOver = false;
      const end = () => {
        if (!isOver) endGroup(child.pid);
      };
      const patience = setTimeout(end, longestExchangeMs);
      child.on("error", reject);
      // Either end may hang up early; the exit of the backend settles this exchange.
      child.stdin.on("error", () => child.stdin.destroy());
      response.on("close", () => {
        child.stdin.destroy();
        // A body that was cut off ends git by itself; one that stands still does not.
        setTimeout(end, hungUpMs).unref();
      });
      request.pipe(child.stdin);
      child.stderr.resume();
      relayCgi(child.stdout, response);
      child.on("close", () => {
        isOver = true;
        clearTimeout(patience);
        resolve();
      });
    });
  }
}

/** Ends a process with all that it has started, where it still is there. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Turns a CGI answer (headers, blank line, body) into an HTTP answer as it streams. */
function relayCgi(stdout: NodeJS.ReadableStream, response: ServerResponse): void {
  let head: Buffer | null = Buffer.alloc(0);
  stdout.on("data", (chunk: Buffer) => {
    if (head === null) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    let status = 200;
    const headers: Record<string, string> = {};
    for (const line of head.subarray(0, end).toString("latin1").split("\r\n")) {
      const colon = line.indexOf(":");
      const name = line.slice(0, colon).toLowerCase();
      const value = line.slice(colon + 1).trim();
      if (name === "status") status = Number.parseInt(value, 10);
      else headers[name] = value;
    }
    response.writeHead(status, headers);
    const body = head.subarray(end + 4);
    if (body.length > 0) response.write(body);
    head = null;
  });
}
