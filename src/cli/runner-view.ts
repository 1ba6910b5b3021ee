import type { Runner } from "#protocol/runner.ts";
import { colours as pc } from "./colours.ts";
import type { Column } from "./table.ts";
import { ago } from "./time.ts";

const paints = { online: pc.green, offline: pc.red, draining: pc.yellow } as const;

export function runnerColumns(now: number): Column<Runner>[] {
  return [
    { title: "RUNNER", value: ({ name }) => name, shrinks: true },
    { title: "STATE", value: ({ state }) => state, paint: (cell, { state }) => paints[state](cell) },
    { title: "BUSY", value: ({ busy, slots }) => `${busy}/${slots}` },
    { title: "HEARD", value: ({ heartbeatAt }) => (heartbeatAt === null ? "never" : ago(heartbeatAt, now)) },
    { title: "LABELS", value: ({ labels }) => labels.join(","), shrinks: true, optional: true },
    {
      title: "REPOSITORIES",
      value: ({ repositories }) => (repositories.length === 0 ? "all" : repositories.join(",")),
      shrinks: true,
      optional: true,
    },
    { title: "SANDBOX", value: ({ sandbox }) => sandbox, optional: true },
    { title: "VERSION", value: ({ version }) => version, optional: true },
  ];
}
