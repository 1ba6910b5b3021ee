import { useEffect } from "preact/hooks";
import type { Insights as Found } from "#protocol/insights.ts";
import { useDesk } from "../desk.ts";
import { purposeWords } from "../domain/looks.ts";
import { agoWords, dollars, lasting } from "../domain/numbers.ts";
import { visibleLine } from "../domain/visible.ts";
import { Figure } from "../parts/figure.tsx";
import { FailedPart } from "../parts/lazy.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { useWhenBack } from "../parts/when-back.ts";

const spans = [7, 30, 90] as const;
const usualSpan = 30;
/** So often a page that stays open looks again. */
const lookAgainMs = 60_000;

/** How the work goes: what comes out, how long it waits, what it costs. */
export function Insights() {
  const { insights, route } = useDesk();
  const days = spans.find((one) => String(one) === route.query.value.get("days")) ?? usualSpan;
  useEffect(() => {
    void insights.load(days);
    const timer = setInterval(() => void insights.load(days), lookAgainMs);
    return () => clearInterval(timer);
  }, [insights, days]);
  useWhenBack(() => void insights.load(days));
  const found = insights.value.value;
  return (
    <div class="insights-page">
      <div class="page-head">
        <h1>Insights</h1>
        <fieldset class="segments">
          <legend class="unseen">Span</legend>
          {spans.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === days}
              onClick={() => route.filter({ days: one === usualSpan ? null : String(one) })}
            >
              {one} days
            </button>
          ))}
        </fieldset>
      </div>
      {found === null && insights.failure.value === null ? <Loading /> : null}
      {found === null && insights.failure.value !== null ? (
        <FailedPart what={insights.failure.value} onAgain={() => void insights.load(days)} />
      ) : null}
      {found === null ? null : <Report of={found} />}
    </div>
  );
}

function Report({ of }: { of: Found }) {
  const { totals } = of;
  const ended = totals.merged + totals.failed;
  return (
    <>
      <dl class="tiles">
        <Tile name="Merged" value={String(totals.merged)} of={`${totals.asked} asked for`} />
        <Tile
          name="Success"
          value={ended === 0 ? "–" : `${Math.round((100 * totals.merged) / ended)} %`}
          of={ended === 0 ? "nothing has ended" : `${totals.failed} failed`}
        />
        <Tile
          name="Waiting for a runner"
          value={seconds(totals.waitingSeconds)}
          of={`half of ${totals.runs} runs wait less`}
        />
        <Tile name="Working" value={seconds(totals.workingSeconds)} of="half of the runs take less" />
        <Tile
          name="Cost"
          value={dollars(totals.costUsd)}
          of={
            totals.costPerMergedUsd === null
              ? "nothing merged yet"
              : `${dollars(totals.costPerMergedUsd)} per merged pull request`
          }
        />
        <Calls of={of.calls} />
      </dl>
      <div class="figures">
        <Figure
          title="Throughput"
          says="Tasks that were asked for, merged and failed, by day."
          {...byDay(of)}
          show={whole}
          lines={[
            { name: "Merged", tone: "good", look: "bars", values: of.days.map(({ merged }) => merged) },
            { name: "Failed", tone: "bad", look: "line", values: of.days.map(({ failed }) => failed) },
            { name: "Asked for", tone: "working", look: "line", values: of.days.map(({ asked }) => asked) },
          ]}
        />
        <Figure
          title="Cost"
          says="At list prices, by the day on which a run ended."
          {...byDay(of)}
          show={dollars}
          lines={[{ name: "Cost", tone: "review", look: "bars", values: of.days.map(({ costUsd }) => costUsd) }]}
        />
        <Figure
          title="Waiting for a runner"
          says="From being queued to being claimed: the median of each day."
          {...byDay(of)}
          show={seconds}
          lines={[
            { name: "Waiting", tone: "attention", look: "line", values: of.days.map((day) => day.waitingSeconds) },
          ]}
        />
        <Rounds of={of} />
      </div>
      <Tally title="By repository" first="Repository" rows={of.repositories} />
      <Tally
        title="By purpose"
        first="Purpose"
        rows={of.purposes.map((one) => ({ ...one, name: purposeWords[one.name] }))}
      />
    </>
  );
}

function byDay(of: Found) {
  return {
    by: "day" as const,
    row: "Day",
    at: of.days.map(({ day }) => Date.parse(day)),
    rowName: (at: number) => new Date(at).toISOString().slice(0, 10),
  };
}

function Tile({ name, value, of }: { name: string; value: string; of: string }) {
  return (
    <div class="tile panel">
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong>
        <span class="faint">{of}</span>
      </dd>
    </div>
  );
}

function Calls({ of }: { of: Found["calls"] }) {
  const { clock } = useDesk();
  const { limit } = of;
  const room = limit === null ? "GitHub said nothing yet" : `${limit.left} of ${limit.of} left this hour`;
  return (
    <Tile
      name="Calls to GitHub"
      value={String(of.reads + of.writes)}
      of={`${of.writes} writes · ${room} · since ${agoWords(of.since, clock.minute.value)}`}
    />
  );
}

function Rounds({ of }: { of: Found }) {
  const most = Math.max(1, ...of.fixRounds.map(({ tasks }) => tasks));
  return (
    <section class="panel figure" aria-labelledby="rounds">
      <h2 id="rounds">Rounds of mending CI</h2>
      <p class="faint">How many tasks took so many runs until their checks passed.</p>
      {of.fixRounds.length === 0 ? <p class="faint">No runs in this span.</p> : null}
      <table class="bars">
        <thead class="unseen">
          <tr>
            <th scope="col">Rounds</th>
            <th scope="col">Tasks</th>
          </tr>
        </thead>
        <tbody>
          {of.fixRounds.map(({ rounds, tasks }) => (
            <tr key={rounds}>
              <th scope="row">{rounds === 0 ? "none" : rounds}</th>
              <td>
                <progress max={most} value={tasks} aria-hidden="true" />
                {tasks}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

type Row = { name: string; runs: number; succeeded: number; costUsd: number; merged?: number };

function Tally({ title, first, rows }: { title: string; first: string; rows: readonly Row[] }) {
  const hasMerged = rows.some(({ merged }) => merged !== undefined);
  return (
    <section class="panel" aria-label={title}>
      <h2>{title}</h2>
      {rows.length === 0 ? <p class="faint">No runs in this span.</p> : null}
      {rows.length === 0 ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        <section class="table-frame" aria-label={`${title}: the table`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{first}</th>
                <th scope="col">Runs</th>
                <th scope="col">Succeeded</th>
                {hasMerged ? <th scope="col">Merged</th> : null}
                <th scope="col">Cost</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name}>
                  <th scope="row">{visibleLine(row.name)}</th>
                  <td>{row.runs}</td>
                  <td>
                    <span class="share">
                      <progress max={row.runs} value={row.succeeded} aria-hidden="true" />
                      {row.runs === 0 ? "–" : `${Math.round((100 * row.succeeded) / row.runs)} %`}
                    </span>
                  </td>
                  {hasMerged ? <td>{row.merged}</td> : null}
                  <td>{dollars(row.costUsd)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function Loading() {
  return (
    <div class="tiles">
      <Waiting says="Loading insights" class="panel skeleton" />
      <div class="panel skeleton" />
      <div class="panel skeleton" />
    </div>
  );
}

function seconds(value: number | null): string {
  return value === null ? "–" : lasting(value * 1_000);
}

function whole(value: number): string {
  return Number.isInteger(value) ? String(value) : "";
}
