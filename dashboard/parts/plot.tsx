import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export type Line = { name: string; tone: string; values: readonly (number | null)[]; look: "bars" | "line" };
export type PlotProps = {
  /** Milliseconds since 1970. */
  at: readonly number[];
  lines: readonly Line[];
  show: (value: number) => string;
  height?: number;
  /** Days have names, moments have times. */
  by: "day" | "moment";
};

/** A chart (https://github.com/leeoniya/uPlot). What it shows is said in words or a table beside it. */
export function Plot({ at, lines, show, height = 180, by }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const bars = uPlot.paths.bars?.({ size: [0.7, 28], radius: 0.2 });
    const chart = new uPlot(
      {
        width: Math.max(120, element.clientWidth),
        height,
        tzDate: (seconds) =>
          by === "day" ? uPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC") : new Date(seconds * 1_000),
        cursor: { points: { size: 6 }, drag: { x: false, y: false } },
        legend: { live: true },
        scales: { y: { range: (_plot, _min, max) => [0, Math.max(max * 1.1, 0.01)] } },
        axes: [
          {
            stroke: colour("--text-soft"),
            grid: { show: false },
            ticks: { stroke: colour("--line-soft") },
            ...(by === "day" ? { values: "{MMM} {D}" } : {}),
          },
          {
            stroke: colour("--text-soft"),
            grid: { stroke: colour("--line-soft"), width: 1 },
            ticks: { show: false },
            size: 68,
            values: (_plot, splits) => splits.map((value) => show(value)),
          },
        ],
        series: [
          {
            label: by === "day" ? "Day" : "Time",
            value: (_plot, seconds) => (seconds === null ? "" : whenOf(seconds * 1_000, by)),
          },
          ...lines.map((line) => ({
            label: line.name,
            stroke: colour(`--${line.tone}`),
            width: line.look === "bars" ? 0 : 2,
            fill: line.look === "bars" ? colour(`--${line.tone}`) : `${colour(`--${line.tone}`)}22`,
            spanGaps: true,
            points: { show: line.look === "line" && at.length < 40, size: 4 },
            value: (_plot: uPlot, value: number | null) => (value === null ? "–" : show(value)),
            ...(line.look === "bars" && bars !== undefined ? { paths: bars } : {}),
          })),
        ],
      },
      [at.map((ms) => ms / 1_000), ...lines.map(({ values }) => [...values])] as uPlot.AlignedData,
      element,
    );
    const watch = new ResizeObserver(() => chart.setSize({ width: Math.max(120, element.clientWidth), height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [at, lines, show, height, by]);
  return <div ref={place} class="plot" style={{ minHeight: `${height}px` }} aria-hidden="true" />;
}

function whenOf(ms: number, by: PlotProps["by"]): string {
  return by === "day" ? new Date(ms).toISOString().slice(0, 10) : new Date(ms).toLocaleTimeString();
}
