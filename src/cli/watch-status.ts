import type { Client } from "#protocol/client.ts";
import type { Runner } from "#protocol/runner.ts";
import type { Task } from "#protocol/task.ts";
import { colours as pc } from "./colours.ts";
import type { ClientFlags, Context, OutputFlags, Terminal } from "./context.ts";
import { UsageError } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";
import { type LiveFrame, liveFrames } from "./live.ts";
import { plainJson } from "./plain.ts";
import { openScreen } from "./screen.ts";
import { renderStatus } from "./status-page.ts";
import { shorten } from "./width.ts";

/** Changes that come together are drawn together. */
const drawMs = 100;
/** How old things are changes without anybody telling. */
const agingMs = 5_000;
/** The server says something every 15 s. */
const silentMs = 20_000;

/** The status as it changes, on the whole terminal, or as one JSON object per line. Ends when the person leaves. */
export async function watchStatus(
  context: Context,
  flags: ClientFlags & OutputFlags,
  terminal: Terminal | null,
): Promise<void> {
  const { call, server, token } = await context.connect(flags);
  const leaving = new AbortController();
  const view = openView(call);
  const frames = liveFrames({ server, token, signal: leaving.signal });
  if (flags.json) {
    for await (const frame of frames)
      if (await view.take(frame)) context.print(`${plainJson({ server: { url: server }, ...view.state() }, 0)}\n`);
    return;
  }
  if (terminal === null)
    throw new UsageError("--watch needs a terminal.", "Use `status`, or `status --watch --json` for a program.");
  // Before the screen is taken: that nothing answers is to be read on the person's own.
  const first = await frames.next();
  if (first.done !== true) await view.take(first.value);
  const screen = openScreen(terminal);
  const draw = () => screen.draw(linesOf(view, server, context.now(), screen.columns()));
  let drawing: NodeJS.Timeout | null = null;
  const drawSoon = () => {
    drawing ??= setTimeout(() => {
      drawing = null;
      draw();
    }, drawMs);
  };
  screen.onResize(draw);
  const aging = setInterval(draw, agingMs);
  draw();
  const following = follow(frames, view, drawSoon);
  try {
    const how = await Promise.race([screen.left, following]);
    if (how === "interrupted") context.exitCode = exitCodes.interrupted;
  } finally {
    clearInterval(aging);
    if (drawing !== null) clearTimeout(drawing);
    screen.close();
    leaving.abort();
  }
  await following;
}

async function follow(frames: AsyncGenerator<LiveFrame, void>, view: View, changed: () => void): Promise<"quit"> {
  for await (const frame of frames) if (await view.take(frame)) changed();
  return "quit";
}

type State = { tasks: Task[]; runners: Runner[] };
type View = {
  /** @returns whether there is something new to show */
  take(frame: LiveFrame): Promise<boolean>;
  state(): State;
  version(): string;
  /** When the server was last heard, in milliseconds since 1970. */
  heardAt(): number;
};

function openView(call: Client): View {
  const tasks = new Map<number, Task>();
  const runners = new Map<number, Runner>();
  let version = "";
  let heardAt = Date.now();
  return {
    async take(frame) {
      const wasSilent = Date.now() - heardAt > silentMs;
      heardAt = Date.now();
      if (frame.kind === "beat") return wasSilent;
      if (frame.kind === "event") {
        const { body } = frame.event;
        if (body.kind === "task") tasks.set(body.task.id, body.task);
        if (body.kind === "runner") runners.set(body.runner.id, body.runner);
        return body.kind !== "log";
      }
      const [health, all, everybody] = await Promise.all([call("health"), call("listTasks"), call("listRunners")]);
      version = health.version;
      tasks.clear();
      runners.clear();
      for (const task of all.tasks) tasks.set(task.id, task);
      for (const runner of everybody.runners) runners.set(runner.id, runner);
      return true;
    },
    state: () => ({ tasks: [...tasks.values()], runners: [...runners.values()] }),
    version: () => version,
    heardAt: () => heardAt,
  };
}

function linesOf(view: View, server: string, now: number, columns: number): string[] {
  const { tasks, runners } = view.state();
  const silence = now - view.heardAt();
  const live = silence > silentMs ? pc.red(`no word for ${Math.round(silence / 1_000)} s`) : "q leaves";
  const title = shorten(`cc-orchestrator ${view.version()} at ${server}`, Math.max(0, columns - 26));
  const page = renderStatus(tasks, runners, now, columns).trimEnd();
  return [`${pc.bold(title)}  ${live}`, ...page.split("\n")];
}
