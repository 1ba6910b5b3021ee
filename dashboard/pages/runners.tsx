import { useEffect } from "preact/hooks";
import type { Runner } from "#protocol/runner.ts";
import { useDesk } from "../desk.ts";
import { bytes } from "../domain/numbers.ts";
import { visibleLine } from "../domain/visible.ts";
import { AddRunner } from "../parts/add-runner.tsx";
import { Away, useIsAway } from "../parts/away.tsx";
import { icons } from "../parts/icons.tsx";
import { PageLink } from "../parts/link.tsx";
import { LoadChart } from "../parts/load-chart.tsx";
import { RunnerDeeds } from "../parts/runner-deeds.tsx";
import { Ago, Lasting } from "../parts/status.tsx";
import { Waiting } from "../parts/waiting.tsx";

/** The machines that do the work. */
export function Runners() {
  const { runners, isAdmin } = useDesk();
  useEffect(() => {
    // The charts come with the next heartbeat where this fails.
    runners.loadLoads().catch(() => undefined);
  }, [runners]);
  const list = runners.runners.value;
  const online = list?.filter(({ state }) => state !== "offline") ?? [];
  const slots = online.reduce((sum, runner) => sum + runner.slots, 0);
  const busy = online.reduce((sum, runner) => sum + runner.busy, 0);
  return (
    <div class="runners-page">
      <div class="page-head">
        <h1>Runners</h1>
        {list === null || list.length === 0 ? null : (
          <p class="faint">
            {online.length} of {list.length} online · {busy} of {slots} slots in use
          </p>
        )}
      </div>
      {list === null ? <NotYet /> : null}
      {list?.length === 0 ? (
        <div class="blank">
          {icons.runners}
          <h2>No runner yet</h2>
          <p>A runner works on tasks on a machine of yours. It calls out only: no port has to be open.</p>
        </div>
      ) : null}
      <ul class="runner-list">
        {list?.map((runner) => (
          <li key={runner.id}>
            <RunnerPanel runner={runner} />
          </li>
        ))}
      </ul>
      {list === null || !isAdmin.value ? null : <AddRunner />}
    </div>
  );
}

/** On their way, or not to be had. */
function NotYet() {
  if (useIsAway()) return <Away what="The runners" />;
  return (
    <>
      <Waiting says="Loading runners" class="panel skeleton" />
      <div class="panel skeleton" />
    </>
  );
}

const looks = {
  online: { word: "Online", tone: "good" },
  offline: { word: "Offline", tone: "neutral" },
  draining: { word: "Draining", tone: "attention" },
} as const satisfies Record<Runner["state"], { word: string; tone: string }>;

function RunnerPanel({ runner }: { runner: Runner }) {
  const { word, tone } = looks[runner.state];
  return (
    <section class={`panel runner is-${runner.state}`} aria-label={`Runner ${runner.name}`}>
      <header>
        <h2>{visibleLine(runner.name)}</h2>
        <span class={`badge tone-${tone}`}>
          <span class={`dot tone-${tone}`} aria-hidden="true" />
          {word}
        </span>
      </header>
      <Slots runner={runner} />
      <NotClaiming runner={runner} />
      <RunnerRuns runner={runner} />
      <p class="labels">
        {runner.labels.map((label) => (
          <span key={label} class="label">
            {label}
          </span>
        ))}
        {runner.repositories.map((repository) => (
          <span key={repository} class="label" title="Works only for these repositories">
            {repository}
          </span>
        ))}
      </p>
      <LoadChart runner={runner} />
      <RunnerDeeds runner={runner} />
      <dl class="facts">
        <div>
          <dt>Heard from</dt>
          <dd>{runner.heartbeatAt === null ? "never" : <Heard at={runner.heartbeatAt} />}</dd>
        </div>
        <div>
          <dt>Free memory</dt>
          <dd>{runner.freeMemoryBytes === null ? "not known" : bytes(runner.freeMemoryBytes)}</dd>
        </div>
        <div>
          <dt>Free disk</dt>
          <dd>{runner.freeDiskBytes === null ? "not known" : bytes(runner.freeDiskBytes)}</dd>
        </div>
        <div>
          <dt>Sandbox</dt>
          <dd>{runner.sandbox === "none" ? "none (unsandboxed)" : runner.sandbox}</dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>{visibleLine(runner.version)}</dd>
        </div>
      </dl>
    </section>
  );
}

function Heard({ at }: { at: string }) {
  const { clock } = useDesk();
  const isNow = clock.minute.value - Date.parse(at) < 60_000;
  return isNow ? (
    "just now"
  ) : (
    <>
      <Ago at={at} /> ago
    </>
  );
}

function Slots({ runner }: { runner: Runner }) {
  return (
    <div class="slots">
      <span class="slot-dots" aria-hidden="true">
        {Array.from({ length: Math.min(runner.slots, 24) }, (_, at) => (
          <span key={at} class={at < runner.busy ? "slot busy" : "slot"} />
        ))}
      </span>
      <span class="faint">
        {runner.busy} of {runner.slots} {runner.slots === 1 ? "slot" : "slots"} in use
      </span>
    </div>
  );
}

/** It is there, and takes nothing: that needs a reason. */
function NotClaiming({ runner: { notClaiming: reason } }: { runner: Runner }) {
  if (reason === undefined) return null;
  return (
    <div class="why tone-attention">
      <p>Takes nothing new: {visibleLine(reason.sentence)}</p>
      {reason.advice === undefined ? null : <p class="advice">{visibleLine(reason.advice)}</p>}
      {reason.until === undefined ? null : (
        <p class="advice">It goes on by itself at {new Date(reason.until).toLocaleTimeString()}.</p>
      )}
    </div>
  );
}

/** What it works on now. */
function RunnerRuns({ runner }: { runner: Runner }) {
  const { tasks } = useDesk();
  const held = [...(tasks.tasks.value?.values() ?? [])].flatMap((task) => {
    const run = task.runs.find((one) => one.status === "in_progress" && one.runner === runner.name);
    return run === undefined ? [] : [{ task, run }];
  });
  if (held.length === 0) return null;
  return (
    <ul class="held">
      {held.map(({ task, run }) => (
        <li key={task.name}>
          <span class="spinner" aria-hidden="true" />
          <PageLink to={`/tasks/${task.name}`}>
            <span class="faint">{task.name}</span> {visibleLine(task.title)}
          </PageLink>
          <span class="faint">{run.startedAt === null ? null : <Lasting from={run.startedAt} to={null} />}</span>
        </li>
      ))}
    </ul>
  );
}
