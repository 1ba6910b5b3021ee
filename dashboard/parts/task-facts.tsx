import type { ComponentChildren } from "preact";
import type { Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { dollars, lasting, short } from "../domain/numbers.ts";
import { visibleLine } from "../domain/visible.ts";
import { Command } from "./button.tsx";
import { EditorLink } from "./editor-link.tsx";
import { icons } from "./icons.tsx";

/** What came of it, what it took, and how to sit down at its terminal. */
export function TaskFacts({ task }: { task: Task }) {
  const run = task.runs.at(-1);
  const live = task.runs.find((one) => one.status === "in_progress" && one.attach !== null);
  const used = usedBy(task);
  const findings = task.runs.flatMap((one) => one.findings);
  return (
    <>
      {live?.attach ? (
        <section class="panel" aria-labelledby="attach">
          <h2 id="attach">
            {icons.terminal}
            Sit down at the terminal
          </h2>
          <p class="faint">Watch or take part, on {visibleLine(live.runner ?? "the runner's machine")}:</p>
          <Command text={`cc-orchestrator attach ${task.name}`} />
          <EditorLink task={task} />
          <details class="more">
            <summary>Straight with tmux</summary>
            <Command text={visibleLine(live.attach)} />
          </details>
        </section>
      ) : null}
      {findings.length === 0 ? null : (
        <section class="panel tone-attention" aria-labelledby="findings">
          <h2 id="findings">
            {icons.warning}
            Worth a look
          </h2>
          <ul class="findings">
            {findings.map((finding) => (
              <li key={finding}>{visibleLine(finding)}</li>
            ))}
          </ul>
        </section>
      )}
      <Outcome task={task} />
      <section class="panel" aria-labelledby="facts">
        <h2 id="facts">Facts</h2>
        <dl class="facts">
          <Fact name="Cost">{task.costUsd > 0 ? `${dollars(task.costUsd)} at list prices` : "nothing yet"}</Fact>
          {used.input + used.output > 0 ? (
            <Fact name="Tokens">
              {short(used.input)} in, {short(used.output)} out
            </Fact>
          ) : null}
          {used.turns > 0 ? <Fact name="Turns">{used.turns}</Fact> : null}
          <WorkTime task={task} />
          {run?.model ? <Fact name="Model">{visibleLine(run.model)}</Fact> : null}
          {run?.claudeVersion ? <Fact name="Claude Code">{visibleLine(run.claudeVersion)}</Fact> : null}
          {run?.sandbox ? (
            <Fact name="Sandbox">{run.sandbox === "none" ? "none (unsandboxed)" : run.sandbox}</Fact>
          ) : null}
          {task.priority === "normal" ? null : <Fact name="Priority">{task.priority}</Fact>}
          {run?.sessionId ? (
            <Fact name="Session">
              <code class="breaks">{run.sessionId}</code>
            </Fact>
          ) : null}
        </dl>
      </section>
    </>
  );
}

/** Over all runs. */
function usedBy({ runs }: Task): { input: number; output: number; turns: number } {
  const sum = (of: "inputTokens" | "outputTokens" | "turns") =>
    runs.reduce((all, { progress }) => all + (progress?.[of] ?? 0), 0);
  return { input: sum("inputTokens"), output: sum("outputTokens"), turns: sum("turns") };
}

/** How long runners were at it, in all. */
function WorkTime({ task: { runs } }: { task: Task }) {
  const { clock } = useDesk();
  const isOn = runs.some(({ startedAt, completedAt }) => startedAt !== null && completedAt === null);
  const now = isOn ? clock.second.value : 0;
  const ms = runs.reduce(
    (all, { startedAt, completedAt }) =>
      startedAt === null ? all : all + (completedAt === null ? now : Date.parse(completedAt)) - Date.parse(startedAt),
    0,
  );
  return ms > 0 ? <Fact name="Time">{lasting(ms)}</Fact> : null;
}

function Outcome({ task }: { task: Task }) {
  const commits = task.runs.findLast((run) => run.commits.length > 0)?.commits ?? [];
  if (commits.length === 0 && task.branch === null) return null;
  return (
    <section class="panel" aria-labelledby="outcome">
      <h2 id="outcome">Changes</h2>
      {task.branch === null ? null : (
        <p class="with-icon faint">
          {icons.branch}
          <code class="breaks">{visibleLine(task.branch)}</code>
        </p>
      )}
      {commits.length === 0 ? null : (
        <ol class="commits">
          {commits.map(({ sha, subject, files }) => (
            <li key={sha} class="commit">
              <code>{sha.slice(0, 7)}</code>
              <span class="commit-subject">{visibleLine(subject)}</span>
              <span class="faint numbers">
                {files} {files === 1 ? "file" : "files"}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
