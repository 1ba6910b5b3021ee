import { useMemo } from "preact/hooks";
import { lazy } from "./lazy.tsx";
import type { PlotProps } from "./plot.tsx";
import { Scrolling } from "./scrolling.tsx";

const Plot = lazy(async () => (await import("./plot.tsx")).Plot, "Loading the chart");

type Props = PlotProps & {
  title: string;
  /** In one sentence what it shows. */
  says: string;
  /** How a row of the table is called. */
  row: string;
  rowName: (at: number) => string;
};

/** A chart, and the same as a table for those who cannot see it or want the numbers. */
export function Figure({ title, says, row, rowName, ...plot }: Props) {
  // What has not changed is not drawn anew.
  const drawn = useMemo(() => plot, [JSON.stringify([plot.at, plot.lines])]);
  return (
    <figure class="panel figure">
      <figcaption>
        <h2>{title}</h2>
        <p class="faint">{says}</p>
      </figcaption>
      <Plot {...drawn} />
      <details class="more">
        <summary>As a table</summary>
        <Scrolling says={`${title}: the table`} class="table-frame">
          <table>
            <thead>
              <tr>
                <th scope="col">{row}</th>
                {plot.lines.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {plot.at.map((at, index) => (
                <tr key={at}>
                  <th scope="row">{rowName(at)}</th>
                  {plot.lines.map(({ name, values }) => {
                    const value = values[index];
                    return <td key={name}>{value === null || value === undefined ? "–" : plot.show(value)}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      </details>
    </figure>
  );
}
