import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type Express, type Request, type Response, Router } from "express";
import { type WebSocket, WebSocketServer } from "ws";
import { ProblemError } from "#operations/problem-error.ts";
import { pageKeyHeader } from "#protocol/session.ts";
import {
  mostShown,
  pageKeyPrefix,
  runnerTerminalPath,
  terminalPath,
  terminalProtocol,
  ticketPrefix,
} from "#protocol/terminal.ts";
import { TaskName } from "#protocol/words.ts";
import { type Access, nameOf } from "./access.ts";
import { type Audit, addressOf } from "./audit.ts";
import { callerOf, type Known, stillIn } from "./caller.ts";
import type { Caller } from "./handlers.ts";
import { problems } from "./problems.ts";
import type { TerminalRelay } from "./terminal-relay.ts";
import type { TypingRight } from "./terminal-typing.ts";

/** The terminals of runs for whoever watches; `placeOf` tells where a task is worked on. */
export type ServedTerminals = {
  relay: TerminalRelay;
  /** Whose session the run's is, where a person has taken it over. */
  takenBy(runId: number): string | null;
  /** @throws ProblemError 404 for a task that there is not, 409 where nothing works on it */
  placeOf(task: string): { runId: number; runnerId: number };
};

const lookMs = 60_000;

/** The first bytes after the head of each request that asks for another protocol. */
const heads = new WeakMap<IncomingMessage, Buffer>();
const sockets = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  // JSON may need six characters for one, and UTF-8 three bytes.
  maxPayload: 8 * mostShown,
  handleProtocols: () => terminalProtocol,
});

/**
 * Requests for a WebSocket go through the app like all others, so that hosts, origins and callers are checked by the same
 * code (S31, S32, S36); what is refused is answered as HTTP.
 */
export function upgradeThrough(app: Express, server: Server): void {
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    if (!(socket instanceof Socket)) return socket.destroy();
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once("finish", () => socket.end());
    heads.set(request, head);
    app(request, response);
  });
}

type Watched = Known & { access: Access; audit?: Audit; repositoryOf: (task: string) => string | null };

export function serveTerminals({ relay, placeOf, takenBy }: ServedTerminals, known: Watched): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get(terminalPath, async (request, response) => {
    const key = secretOf(request, pageKeyPrefix);
    if (key !== null) request.headers[pageKeyHeader] = key;
    const caller = callerOf(request, "operator", known);
    if (!isUpgrade(request)) throw new ProblemError(problems.noUpgrade());
    const task = TaskName.safeParse(request.params.task).data;
    if (task === undefined) throw new ProblemError(problems.notFound(request.path));
    if (caller?.kind === "person" && !(await seesTask(caller.name, task, known)))
      throw new ProblemError(problems.notFound(request.path));
    const place = placeOf(task);
    if (!relay.hasRoom()) throw new ProblemError(problems.crowded());
    const name = nameOf(caller);
    const mayType = () => takenBy(place.runId) === name;
    const right: TypingRight = {
      mayType,
      mayTake: async () => {
        const by = takenBy(place.runId);
        if (by === null) return "Take the session over first.";
        if (by !== name) return `${by} has the session.`;
        const refusal = await roleRefusal(caller, task, known);
        known.audit?.({
          by: name,
          place: request.headers.authorization === undefined ? "dashboard" : "program",
          address: addressOf(request),
          action: "typeInTerminal",
          subject: task,
          refusal,
        });
        return refusal;
      },
    };
    accept(request, response, (socket) => {
      if (caller?.kind === "person") lookAgain(socket, () => seesTask(caller.name, task, known));
      relay.watch({ ...place, name, right, isIn: stillIn(request, known) }, socket);
    });
  });
  router.get(runnerTerminalPath, (request, response) => {
    if (!isUpgrade(request)) throw new ProblemError(problems.noUpgrade());
    const runId = relay.redeem(secretOf(request, ticketPrefix) ?? "");
    if (runId === null) throw new ProblemError(problems.noToken());
    accept(request, response, (socket) => relay.bring(runId, socket));
  });
  return router;
}

async function seesTask(login: string, task: string, { access, repositoryOf }: Watched): Promise<boolean> {
  return (await access.standing(login)).sees(repositoryOf(task) ?? "");
}

/** Whoever does not see the task any more is cut; while GitHub is away, what was so stays so. */
function lookAgain(socket: WebSocket, sees: () => Promise<boolean>): void {
  const timer = setInterval(() => {
    sees().then(
      (still) => still || socket.close(1008),
      () => undefined,
    );
  }, lookMs).unref();
  socket.once("close", () => clearInterval(timer));
}

/** Hands on a terminal take what taking a session over takes, by GitHub's word at this moment. */
async function roleRefusal(caller: Caller | null, task: string, { access }: Watched): Promise<string | null> {
  if (caller?.kind !== "person") return null;
  try {
    await access.admit({ route: "takeOverTask", login: caller.name, params: { task }, body: {} });
    return null;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.title;
    throw error;
  }
}

function isUpgrade(request: Request): boolean {
  return heads.has(request) && protocolsOf(request).includes(terminalProtocol);
}

function accept(request: Request, response: Response, take: (socket: WebSocket) => void): void {
  const { socket } = request;
  response.detachSocket(socket);
  sockets.handleUpgrade(request, socket, heads.get(request) ?? Buffer.alloc(0), take);
}

function secretOf(request: Request, prefix: string): string | null {
  return (
    protocolsOf(request)
      .find((one) => one.startsWith(prefix))
      ?.slice(prefix.length) ?? null
  );
}

function protocolsOf(request: Request): string[] {
  return (request.headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim());
}
