import { readdirSync, readFileSync } from "node:fs";
import { adoptWindowMs, fenceMarginMs, graceMs, leaseMs } from "#domain/lease.ts";
import { maxAttempts } from "#domain/retry.ts";
import { nextStatusFor, type RunEvent } from "#domain/run-machine.ts";
import { RunStatus } from "#protocol/words.ts";
import { walls } from "#test/architecture/walls.ts";
import { faults } from "#test/chaos/faults.ts";

/** The documents that hold blocks between `<!-- name -->` and `<!-- /name -->`, made from the code. */
export const documents = ["ARCHITECTURE.md", "docs/reliability.md"] as const;

/** What stands in each block, by its name. */
export function blocks(root: string): Readonly<Record<string, string>> {
  return {
    walls: table(
      ["part", "may import"],
      Object.entries(walls).map(([name, { may }]) => [name, may.join(", ") || "nothing"]),
    ),
    "run machine": runMachine(),
    fence: seconds(fenceMarginMs),
    "lease+grace": seconds(leaseMs + graceMs),
    adopt: `${adoptWindowMs / 60_000} min`,
    attempts: String(maxAttempts),
    adrs: decisions(root),
    faults: table(
      ["fault", "what is done", "what the product does"],
      Object.entries(faults).map(([name, { does, answer }]) => [`\`${name}\``, does, answer]),
    ),
  };
}

/** A document with all of its blocks made anew. @throws when it holds a block that nobody makes */
export function withBlocks(text: string, made: Readonly<Record<string, string>>): string {
  return text.replace(/<!-- ([a-z+ ]+) -->[\s\S]*?<!-- \/\1 -->/g, (_, name: string) => {
    const content = made[name];
    if (content === undefined) throw new Error(`Nobody makes the block ${name}.`);
    const space = content.includes("\n") ? "\n" : "";
    return `<!-- ${name} -->${space}${content}${space}<!-- /${name} -->`;
  });
}

const events = {
  claim: true,
  release: true,
  silence: true,
  ask: true,
  answer: true,
  heard: true,
  complete: true,
  lose: true,
  cancel: true,
  withdraw: true,
} as const satisfies Record<RunEvent["kind"], true>;

function runMachine(): string {
  const kinds = Object.keys(events) as RunEvent["kind"][];
  const rows = RunStatus.options.map((status) => [
    `\`${status}\``,
    ...kinds.map((kind) => {
      const next = nextStatusFor(status, kind);
      return next === null ? "–" : `\`${next}\``;
    }),
  ]);
  return table(["status", ...kinds], rows);
}

function decisions(root: string): string {
  return readdirSync(`${root}/docs/adr`)
    .sort()
    .map((file) => {
      const title = readFileSync(`${root}/docs/adr/${file}`, "utf8").split("\n", 1)[0]?.replace(/^# /, "");
      return `- [${title}](docs/adr/${file})`;
    })
    .join("\n");
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}

/** Cells are padded as Biome formats tables, so that the two do not argue. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
