import type { Insights } from "#protocol/insights.ts";
import { useDesk } from "../desk.ts";
import { agoWords, dollars, lasting } from "../domain/numbers.ts";

/** The numbers of a span at a glance. */
export function Tiles({ of }: { of: Insights }) {
  const { totals } = of;
  const ended = totals.merged + totals.failed;
  return (
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
  );
}

/** A length of time for people; a dash where nothing was measured. */
export function seconds(value: number | null): string {
  return value === null ? "–" : lasting(value * 1_000);
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

function Calls({ of }: { of: Insights["calls"] }) {
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
