import type { ComponentChildren } from "preact";
import type { Task } from "#protocol/task.ts";
import { dollars, short } from "../domain/numbers.ts";
import { visibleLine } from "../domain/visible.ts";
import { Command } from "./button.tsx";
import { icons } from "./icons.tsx";
import { OutLink } from "./link.tsx";

/** What came of it, what it took, and how to sit down at its terminal. */
export function TaskFacts({ task }: { task: Task }) {
  const run = task.runs.at(-1);
  const live = task.runs.find((one) => one.status === "in_progress" && one.attach !== null);
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
          {run?.progress ? (
            <Fact name="Tokens">
              {short(run.progress.inputTokens)} in, {short(run.progress.outputTokens)} out
            </Fact>
          ) : null}
          {run?.progress ? <Fact name="Turns">{run.progress.turns}</Fact> : null}
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

function Outcome({ task }: { task: Task }) {
  const { pullRequest } = task;
  const commits = task.runs.findLast((run) => run.commits.length > 0)?.commits ?? [];
  if (pullRequest === null && commits.length === 0 && task.branch === null) return null;
  return (
    <section class="panel" aria-labelledby="outcome">
      <h2 id="outcome">Changes</h2>
      {pullRequest === null ? null : (
        <OutLink to={pullRequest.url} class={`pull-line pull pull-${pullRequest.state}`}>
          {icons.pullRequest}
          <span>Pull request #{pullRequest.number}</span>
          <span class="faint">{pullRequest.state === "open" && pullRequest.draft ? "draft" : pullRequest.state}</span>
        </OutLink>
      )}
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
