import { error as annotate, warning } from "@actions/core";
import pino, { type Logger } from "pino";
import { z } from "zod";
import type { LogLine } from "#protocol/report.ts";

const Line = z.looseObject({ level: z.number(), time: z.number(), msg: z.string().default("") });
const unsaid: ReadonlySet<string> = new Set(["level", "time", "msg", "base"]);
/** GitHub shows ten of a step; the first ones tell most. */
const mostAnnotations = 8;

/**
 * Lines for people in the job's log. What GitHub refuses for good, and what went wrong in a way that nobody foresaw, becomes
 * an annotation: once for each thing that is said.
 */
export function openJobLog(): Logger {
  const said = new Set<string>();
  const annotateOnce = (say: (text: string) => void, text: string): boolean => {
    if (said.has(text) || said.size >= mostAnnotations) return false;
    said.add(text);
    say(text);
    return true;
  };
  return pino(
    { level: "info", base: null },
    {
      write(text: string) {
        const line = Line.safeParse(JSON.parse(text)).data;
        if (line === undefined) return;
        const details = Object.entries(line).filter(([name]) => !unsaid.has(name));
        const shown = details.map(([name, value]) => `${name}=${short(value)}`).join(" ");
        const sentence = `${line.msg}${shown === "" ? "" : ` (${shown})`}`;
        if (line.level >= 50 && annotateOnce((what) => annotate(what), sentence)) return;
        if (
          line.level === 40 &&
          /refuse|lacks a permission/i.test(sentence) &&
          annotateOnce((what) => warning(what), sentence)
        )
          return;
        process.stdout.write(`${new Date(line.time).toISOString().slice(11, 19)} ${oneLine(sentence)}\n`);
      },
    },
  );
}

const signs = { say: "", think: "· ", tool: "$ ", result: "  ", step: "== ", note: "-- " } as const satisfies Record<
  LogLine["kind"],
  string
>;

/** What Claude says and does, as lines of the job's log. It comes redacted; what could be a command to GitHub is broken. */
export function sayLine({ kind, text }: LogLine): void {
  const lines = text.split(/[\r\n]+/).slice(0, 40);
  for (const line of lines) process.stdout.write(`${signs[kind]}${oneLine(line)}\n`);
}

function short(value: unknown): string {
  return (typeof value === "string" ? value : JSON.stringify(value)).slice(0, 400);
}

/** A line that begins with `::` would be a command to GitHub's runner. */
function oneLine(text: string): string {
  return text
    .replace(/[\r\n]+/g, " ")
    .replaceAll("::", ": :")
    .slice(0, 2_000);
}
