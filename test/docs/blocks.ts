import { readdirSync, readFileSync } from "node:fs";
import { adoptWindowMs, fenceMarginMs, graceMs, leaseMs } from "#domain/lease.ts";
import { maxAttempts } from "#domain/retry.ts";
import { nextStatusFor, type RunEvent } from "#domain/run-machine.ts";
import { RunStatus } from "#protocol/words.ts";
import { walls } from "#test/architecture/walls.ts";
import { faults } from "#test/chaos/faults.ts";

import { actionBlocks } from "./action-blocks.ts";
import { table } from "./table.ts";

/** The documents that hold blocks between `<!-- name -->` and `<!-- /name -->`, made from the code. */
export const documents = ["ARCHITECTURE.md", "docs/action.md", "docs/reliability.md"] as const;

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
    ...actionBlocks(root),
    ...sieges(JSON.parse(readFileSync(`${root}/docs/reliability.json`, "utf8")) as Siege[]),
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

type Siege = {
  seed: number;
  tasks: number;
  kinds: Record<string, number>;
  faults: Record<string, number>;
  siegeMs: number;
  convergedMs: number | null;
  lives: Record<string, number>;
  calls: number;
  deliveries: { all: number; failed: number; again: number };
  wrong: string[];
};

/** What `npm run chaos -- --json` printed of the sieges that docs/reliability.json keeps. */
function sieges(all: readonly Siege[]): Record<string, string> {
  const struck = (name: string) => all.reduce((sum, siege) => sum + (siege.faults[name] ?? 0), 0);
  return {
    faults: table(
      ["fault", "what is done", "what the product does", "times"],
      Object.entries(faults).map(([name, { does, answer }]) => [`\`${name}\``, does, answer, String(struck(name))]),
    ),
    "fault figures": table(
      [
        "seed",
        "tasks",
        "faults",
        "under siege",
        "at rest after",
        "webhooks (failed, asked for again)",
        "calls to GitHub",
        "findings",
      ],
      all.map((siege) => [
        String(siege.seed),
        String(siege.tasks),
        String(Object.values(siege.faults).reduce((sum, count) => sum + count, 0)),
        seconds(Math.round(siege.siegeMs / 1_000) * 1_000),
        siege.convergedMs === null ? "never" : seconds(Math.round(siege.convergedMs / 1_000) * 1_000),
        `${siege.deliveries.all} (${siege.deliveries.failed}, ${siege.deliveries.again})`,
        String(siege.calls),
        String(siege.wrong.length),
      ]),
    ),
  };
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
