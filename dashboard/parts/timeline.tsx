import type { Run, Step } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import { endedBadly, isAllowed, runRetryRefusal } from "../domain/actions.ts";
import { inOrder, purposeWords, stepTones, stepWords } from "../domain/looks.ts";
import { dollars, short } from "../domain/numbers.ts";
import { firstLine, visibleLine } from "../domain/visible.ts";
import { act } from "./act.ts";
import { icons } from "./icons.tsx";
import { Ago, Lasting, StatusBadge } from "./status.tsx";

/** The runs, the newest first, each with its steps. */
export function Timeline({ task }: { task: Task }) {
  const runs = task.runs.toReversed();
  return (
    <section class="panel" aria-labelledby="runs">
      <h2 id="runs">
        Runs <span class="faint numbers">{runs.length}</span>
      </h2>
      {runs.length === 0 ? <p class="faint">None yet.</p> : null}
      <ol class="runs">
        {runs.map((run, at) => (
          <li key={run.id}>
            <details open={at === 0}>
              <summary>
                <span class="run-name">
                  {purposeWords[run.purpose]}
                  {run.attempt > 1 ? <span class="faint"> · attempt {run.attempt}</span> : null}
                </span>
                <StatusBadge of={run} />
              </summary>
              <RunBody run={run} />
              {endedBadly(run) && isAllowed("retry", task) ? <RunRetry task={task} run={run} /> : null}
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}

function RunBody({ run }: { run: Run }) {
  return (
    <div class="run-body">
      <p class="faint">
        {run.runner === null ? "No runner yet" : `on ${visibleLine(run.runner)}`}
        {run.startedAt === null ? null : (
          <>
            {" · "}
            <Lasting from={run.startedAt} to={run.completedAt} />
          </>
        )}
        {" · "}
        <Ago at={run.completedAt ?? run.startedAt ?? run.createdAt} inWords />
      </p>
      {run.progress === null ? null : <RunCost progress={run.progress} />}
      {run.reason === null ? null : <p class="reason">{visibleLine(firstLine(run.reason.sentence))}</p>}
      <ol class="steps">
        {inOrder(run.steps).map((step, at) => (
          <StepLine key={`${step.name}-${at}`} step={step} />
        ))}
      </ol>
    </div>
  );
}

/** Another attempt, offered where one ended badly; greyed, with the reason beside it, where there can be none. */
function RunRetry({ task, run }: { task: Task; run: Run }) {
  const desk = useDesk();
  const refusal = runRetryRefusal(task, run);
  const why = `retry-${run.id}`;
  return (
    <p class="run-retry">
      <button
        type="button"
        class="button small"
        aria-disabled={refusal !== null}
        aria-describedby={refusal === null ? undefined : why}
        aria-label={`Retry: ${purposeWords[run.purpose]}, attempt ${run.attempt}`}
        onClick={() => (refusal === null ? act(desk, "retry", task) : desk.toasts.say(`${task.name}: ${refusal}`))}
      >
        {icons.retry}
        Retry
      </button>
      {refusal === null ? null : (
        <span class="faint" id={why}>
          {refusal}
        </span>
      )}
    </p>
  );
}

function RunCost({
  progress: { costUsd, inputTokens, outputTokens, turns },
}: {
  progress: NonNullable<Run["progress"]>;
}) {
  return (
    <p class="faint numbers">
      {dollars(costUsd)} · {short(inputTokens)} tokens in, {short(outputTokens)} out · {turns}{" "}
      {turns === 1 ? "turn" : "turns"}
    </p>
  );
}

const stepMarks = { started: null, passed: icons.check, failed: icons.cross } as const;
const stateWords = { started: "under way", passed: "passed", failed: "failed" } as const;

function StepLine({ step }: { step: Step }) {
  return (
    <li class={`step tone-${stepTones[step.state]}`}>
      <span class="step-mark" aria-hidden="true">
        {stepMarks[step.state] ?? <span class="spinner" />}
      </span>
      <span class="step-name">
        {stepWords[step.name]}
        <span class="unseen"> {stateWords[step.state]}</span>
      </span>
      <span class="faint">
        <Lasting from={step.startedAt} to={step.endedAt} />
      </span>
      {step.detail === undefined || step.detail === "" ? null : <p class="step-detail">{visibleLine(step.detail)}</p>}
    </li>
  );
}
