import { useEffect } from "preact/hooks";
import type { Insights as Found } from "#protocol/insights.ts";
import { useDesk } from "../desk.ts";
import { purposeWords } from "../domain/looks.ts";
import { dollars } from "../domain/numbers.ts";
import { Figure } from "../parts/figure.tsx";
import { FailedPart } from "../parts/lazy.tsx";
import { Rounds, Tally } from "../parts/tally.tsx";
import { seconds, Tiles } from "../parts/tiles.tsx";
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
  return (
    <>
      <Tiles of={of} />
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

function Loading() {
  return (
    <div class="tiles">
      <Waiting says="Loading insights" class="panel skeleton" />
      <div class="panel skeleton" />
      <div class="panel skeleton" />
    </div>
  );
}

function whole(value: number): string {
  return Number.isInteger(value) ? String(value) : "";
}
