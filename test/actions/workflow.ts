/** Workflow files as GitHub reads them: its own parser says whether they are good, its own evaluator what they mean. */
import { registerHooks } from "node:module";
import type { data } from "@actions/expressions";
import { parse } from "yaml";
import { z } from "zod";

// GitHub's packages are compiled for a bundler: they import JSON without saying that it is some.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context),
});
const { data: values, Evaluator, Lexer, Parser } = await import("@actions/expressions");
const { NoOperationTraceWriter, parseWorkflow } = await import("@actions/workflow-parser");

const Step = z.object({ uses: z.string().optional(), with: z.record(z.string(), z.unknown()).default({}) });
const Workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()).default({}),
  jobs: z.record(
    z.string(),
    z.object({ if: z.string().optional(), env: z.record(z.string(), z.unknown()).default({}), steps: z.array(Step) }),
  ),
});

/** What a workflow is for, and how it uses the Action. */
export type ReadWorkflow = {
  /** As `issues.labeled`, and `schedule` for those without types. */
  on: string[];
  /** As GitHub's API calls them. */
  permissions: Record<string, string>;
  /** Whether its job runs for that event. */
  isFor(event: string, payload: object): boolean;
  /** The inputs of the step that uses the Action. */
  inputs(contexts: Record<string, unknown>): Record<string, string>;
  /** The variables that its job sets. */
  env(contexts: Record<string, unknown>): Record<string, string>;
};

/** What GitHub finds wrong with a workflow file; empty for a good one. */
export function problemsOf(name: string, content: string): string[] {
  const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map((error) => error.message);
}

export function readWorkflow(content: string): ReadWorkflow {
  const workflow = Workflow.parse(parse(content));
  const [job] = Object.values(workflow.jobs);
  const step = job?.steps.find((one) => one.uses?.startsWith("OWNER/cc-orchestrator@"));
  if (job === undefined || step === undefined) throw new Error("no job of the workflow uses the Action");
  return {
    on: Object.entries(workflow.on).flatMap(([event, of]) => {
      const { types } = z.object({ types: z.array(z.string()).optional() }).parse(Array.isArray(of) ? {} : (of ?? {}));
      return types === undefined ? [event] : types.map((type) => `${event}.${type}`);
    }),
    permissions: Object.fromEntries(
      Object.entries(workflow.permissions).map(([name, level]) => [name.replaceAll("-", "_"), level]),
    ),
    isFor: (event, payload) =>
      job.if === undefined || evaluate(job.if, { github: { event_name: event, event: payload } }) === "true",
    inputs: (contexts) => filledIn(step.with, contexts),
    env: (contexts) => filledIn(job.env, contexts),
  };
}

function filledIn(values: Record<string, unknown>, contexts: Record<string, unknown>): Record<string, string> {
  const fill = (_: string, expression: string) => evaluate(expression, contexts);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, String(value).replace(/\$\{\{(.*?)\}\}/g, fill)]),
  );
}

/** The value of an expression, as text. */
function evaluate(expression: string, contexts: Record<string, unknown>): string {
  const { tokens } = new Lexer(expression.trim()).lex();
  const tree = new Parser(tokens, Object.keys(contexts), []).parse();
  return new Evaluator(tree, inWords(contexts) as data.Dictionary).evaluate().coerceString();
}

function inWords(value: unknown): data.ExpressionData {
  if (typeof value === "string") return new values.StringData(value);
  if (typeof value === "number") return new values.NumberData(value);
  if (typeof value === "boolean") return new values.BooleanData(value);
  if (Array.isArray(value)) return new values.Array(...value.map(inWords));
  if (typeof value !== "object" || value === null) return new values.Null();
  return new values.Dictionary(...Object.entries(value).map(([key, one]) => ({ key, value: inWords(one) })));
}
