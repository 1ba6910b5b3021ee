import type { Insights } from "#protocol/insights.ts";
import { dollars } from "../domain/numbers.ts";
import { visibleLine } from "../domain/visible.ts";
import { Scrolling } from "./scrolling.tsx";

/** How many tasks took how many runs to mend what CI found. */
export function Rounds({ of }: { of: Insights }) {
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

/** Runs by what they have in common: how many, how many of them well, at which cost. */
export function Tally({ title, first, rows }: { title: string; first: string; rows: readonly Row[] }) {
  const hasMerged = rows.some(({ merged }) => merged !== undefined);
  return (
    <section class="panel" aria-label={title}>
      <h2>{title}</h2>
      {rows.length === 0 ? <p class="faint">No runs in this span.</p> : null}
      {rows.length === 0 ? null : (
        <Scrolling says={`${title}: the table`} class="table-frame">
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
        </Scrolling>
      )}
    </section>
  );
}
