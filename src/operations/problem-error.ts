import type { Problem } from "#protocol/problem.ts";

/** A request that will not be carried out, with the answer that the asker gets. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.advice ? `${problem.title} ${problem.advice}` : problem.title, options);
    this.name = "ProblemError";
    this.problem = problem;
  }
}
