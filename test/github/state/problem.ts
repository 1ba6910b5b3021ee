/** An answer other than success, thrown by a route or an act and sent as GitHub would send it. */
export class GitHubProblem extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    more: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = "GitHubProblem";
    this.status = status;
    this.headers = headers;
    this.body = { message, ...more, documentation_url: "https://docs.github.com/rest" };
  }
}

export function notFound(): GitHubProblem {
  return new GitHubProblem(404, "Not Found");
}

/** A 422 as GitHub words it: which field of which resource is wrong and why. */
export function invalid(resource: string, field: string, code: string, message?: string): GitHubProblem {
  const error = message === undefined ? { resource, field, code } : { resource, field, code, message };
  return new GitHubProblem(422, "Validation Failed", { errors: [error] });
}
