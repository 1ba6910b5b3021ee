import { useMemo } from "preact/hooks";
import type { Runner } from "#protocol/runner.ts";
import { useDesk } from "../desk.ts";
import { lazy } from "./lazy.tsx";

const Plot = lazy(async () => (await import("./plot.tsx")).Plot, "Loading the chart");
const percent = (value: number) => `${Math.round(value)} %`;

/** How busy the machine was in the last hour, in a small chart and in words. */
export function LoadChart({ runner }: { runner: Runner }) {
  const samples = useDesk().runners.loads.value.get(runner.id);
  const last = samples?.at(-1);
  const drawn = useMemo(
    () => ({
      at: (samples ?? []).map(({ at }) => Date.parse(at)),
      lines: [
        { name: "CPU", tone: "working", look: "line" as const, values: (samples ?? []).map((one) => one.cpuPercent) },
        {
          name: "Memory",
          tone: "review",
          look: "line" as const,
          values: (samples ?? []).map((one) => one.usedMemoryPercent),
        },
      ],
    }),
    [samples],
  );
  if (last === undefined || last.cpuPercent === null || runner.state === "offline") return null;
  return (
    <div class="load">
      <p class="faint numbers">
        CPU {percent(last.cpuPercent)}
        {last.usedMemoryPercent === null ? null : ` · memory ${percent(last.usedMemoryPercent)} in use`}
      </p>
      {drawn.at.length < 2 ? null : <Plot {...drawn} by="moment" height={110} show={percent} />}
    </div>
  );
}
