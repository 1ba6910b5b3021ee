import type { Report, ReportBody } from "#protocol/report.ts";
import type { Step } from "#protocol/run.ts";
import type { RunFacts } from "./run.ts";
import { heldAfter } from "./takeover.ts";

/** The run with what a report tells about it. Its status is the machine's affair, not this function's. */
export function applyReport(run: RunFacts, report: Report): RunFacts {
  const { body } = report;
  switch (body.kind) {
    case "step":
      return { ...run, steps: stepsAfter(run.steps, body, report.at) };
    case "prepared":
      return { ...run, baseSha: body.baseSha, place: body.place ?? null };
    case "started":
      return {
        ...run,
        sessionId: body.sessionId,
        claudeVersion: body.claudeVersion,
        model: body.model,
        sandbox: body.sandbox,
        attach: body.attach,
      };
    case "progress":
      return { ...run, progress: { ...body.progress, ...minutesAt(run, report.at) } };
    case "log":
      return run;
    case "pushed":
      return { ...run, headSha: body.sha, commits: body.commits, diff: body.diff, findings: body.findings };
    case "verified":
      return {
        ...run,
        verified: {
          passed: body.passed,
          round: body.round,
          excerpt: body.excerpt ?? null,
          problems: body.problems ?? [],
        },
      };
    case "taken_over":
      return { ...run, attach: body.attach, takeover: heldAfter(run.takeover, body) };
    case "handed_back":
      return { ...run, takeover: null };
    case "asked":
    case "delivered":
      return run;
    case "completed":
      return { ...run, summary: body.summary };
  }
}

/** By one clock, the runner's: its first step is when the run began. */
function minutesAt({ steps }: RunFacts, at: string): { minutes?: number } {
  const begun = Math.min(...steps.map((step) => Date.parse(step.startedAt)));
  return Number.isFinite(begun) ? { minutes: Math.max(0, Math.floor((Date.parse(at) - begun) / 60_000)) } : {};
}

/** A step that starts again (a second round of verification) replaces its earlier self. */
function stepsAfter(steps: readonly Step[], told: Extract<ReportBody, { kind: "step" }>, at: string): Step[] {
  const before = steps.find((step) => step.name === told.step);
  const step: Step = {
    name: told.step,
    state: told.state,
    ...(told.detail === undefined ? {} : { detail: told.detail }),
    startedAt: told.state === "started" || before === undefined ? at : before.startedAt,
    endedAt: told.state === "started" ? null : at,
  };
  return [...steps.filter((other) => other.name !== told.step), step];
}
