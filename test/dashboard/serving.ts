import { fileURLToPath } from "node:url";
import { operatorOnly } from "#http/access.ts";
import type { Handlers } from "#http/handlers.ts";
import { openHttp } from "#http/http.ts";
import { openLive } from "#http/live.ts";
import { openSessions } from "#http/session.ts";
import type { FoundLine } from "#protocol/log-search.ts";
import type { LogLine } from "#protocol/report.ts";
import type { Task } from "#protocol/task.ts";
import { endsInMemory } from "#test/src/http/session-ends.ts";

const folder = fileURLToPath(new URL("../../dist/dashboard", import.meta.url));

/**
 * The control plane's own HTTP with these tasks behind it, where a story needs more of them than can be worked on, or
 * a server that goes away. Signs in with the token `token`.
 * @param port 0 for any free one
 */
export async function serveTasks(of: {
  tasks: readonly Task[];
  lines: readonly LogLine[];
  port: number;
  /** More of the contract, where a page asks for it. */
  more?: Partial<Handlers>;
}) {
  const live = openLive({ firstId: Date.now() });
  // Only what the pages ask for: the rest of the contract is proven elsewhere.
  const handlers = {
    listTasks: () => ({ tasks: of.tasks }),
    signInWays: () => ({ web: null, device: null, missing: null }),
    listRunners: () => ({ runners: [] }),
    listPresence: () => ({ presence: [] }),
    listActs: () => ({ acts: [] }),
    taskLogs: () => ({ lines: of.lines }),
    searchLogs: () => ({ lines: of.lines.map(foundOf(of.tasks)).reverse(), next: null }),
    ...of.more,
  };
  const http = openHttp({
    handlers: handlers as never,
    authenticate: (bearer) => (bearer === "token" ? { kind: "operator", name: "ada" } : null),
    sessions: openSessions({ secret: "secret", clock: Date.now, ends: endsInMemory(), publicUrl: null }),
    access: operatorOnly,
    repositoryOf: () => null,
    live,
    webhook: () => undefined,
    staticFolder: folder,
    allowedHosts: [],
    log: { error: (details, message) => console.error(message, details) },
  });
  const { url, close } = await http.listen("127.0.0.1", of.port);
  return { url, live, port: Number(new URL(url).port), close };
}

/** As if the first task had said it all. */
function foundOf(tasks: readonly Task[]): (line: LogLine, at: number) => FoundLine {
  const [task] = tasks;
  const run = task?.runs[0];
  return (line, at) => ({
    ...line,
    id: `1.${at}`,
    task: task?.name ?? "TASK-1",
    run: run?.id ?? 1,
    runner: run?.runner ?? null,
  });
}
