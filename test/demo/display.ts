import { createLogUpdate } from "log-update";
import { colours as pc } from "#cli/colours.ts";
import type { Task } from "#protocol/task.ts";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 100;

/** What is going on, for people, on stderr: a live picture on a terminal, plain lines elsewhere. */
export type Display = {
  say(line: string): void;
  /** A thing is being done until the next one, or the end. */
  doing(line: string): void;
  task(task: Task): void;
  end(): void;
};

export function openDisplay(stream: NodeJS.WriteStream): Display {
  return stream.isTTY ? liveDisplay(stream) : plainDisplay(stream);
}

function plainDisplay(stream: NodeJS.WriteStream): Display {
  const said = new Set<string>();
  const once = (line: string) => {
    if (!said.has(line)) stream.write(`${line}\n`);
    said.add(line);
  };
  return {
    say: (line) => stream.write(`${line}\n`),
    doing: once,
    task: (task) => once(`${task.name}: ${headlineOf(task)}`),
    end: () => undefined,
  };
}

function liveDisplay(stream: NodeJS.WriteStream): Display {
  const update = createLogUpdate(stream);
  let current: string | null = null;
  let task: Task | null = null;
  let frame = 0;
  const done: string[] = [];
  const draw = () => {
    frame = (frame + 1) % frames.length;
    const spinner = pc.cyan(frames[frame] ?? "");
    const lines = done.map((line) => `${pc.green("✓")} ${line}`);
    if (current !== null) lines.push(`${spinner} ${current}`);
    if (task !== null) lines.push(...picture(task, spinner));
    update(lines.join("\n"));
  };
  const timer = setInterval(draw, frameMs);
  return {
    say(line) {
      update.clear();
      stream.write(`${line}\n`);
      draw();
    },
    doing(line) {
      if (current !== null) done.push(current);
      current = line;
      draw();
    },
    task(next) {
      if (current !== null) done.push(current);
      current = null;
      task = next;
      draw();
    },
    end() {
      clearInterval(timer);
      draw();
      update.done();
    },
  };
}

const marks = { started: "●", passed: "✓", failed: "✗" } as const;
const stepWords = { worktree: "worktree", setup: "set-up", claude: "Claude", verify: "verify", push: "push" } as const;

/** The task in a few lines: steps, what Claude does and plans, cost. */
function picture(task: Task, spinner: string): string[] {
  const run = task.runs.at(-1);
  const steps = (run?.steps ?? []).map((step) => {
    const text = `${marks[step.state]} ${stepWords[step.name]}`;
    if (step.state === "started") return pc.yellow(text);
    return step.state === "passed" ? pc.green(text) : pc.red(text);
  });
  const lead = run?.status === "in_progress" ? spinner : pc.green("✓");
  const lines = [`${lead} ${pc.bold(task.name)} ${headlineOf(task)}`];
  if (steps.length > 0) lines.push(`    ${steps.join("  ")}`);
  for (const todo of run?.progress?.todos ?? []) {
    const isDone = todo.state === "done";
    lines.push(`    ${isDone ? pc.green("☑") : "☐"} ${isDone ? pc.dim(todo.text) : todo.text}`);
  }
  return lines;
}

function headlineOf(task: Task): string {
  const run = task.runs.at(-1);
  const pull = task.pullRequest === null ? "" : ` · pull request #${task.pullRequest.number}`;
  const doing = task.status === "in_progress" && run?.progress ? `: ${run.progress.activity}` : "";
  const why = task.reason === null ? "" : ` (${task.reason.sentence})`;
  return `${task.status.replaceAll("_", " ")}${doing}${why}${pull}`;
}
