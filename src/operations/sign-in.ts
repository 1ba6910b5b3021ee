import { type GitHubSignIn, SignInError } from "./ports/github-sign-in.ts";
import { ProblemError } from "./problem-error.ts";
import type { Standings } from "./standings.ts";

/** What is said of the ways in; `missing` tells the operator what they take. */
export type SignInWays = {
  web: string | null;
  device: { clientId: string; url: string } | null;
  missing: string | null;
};

const setUp =
  "Sign-in with GitHub is not set up: it takes GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET, from the GitHub App's page.";
const address =
  "Sign-in with GitHub takes CC_ORCHESTRATOR_PUBLIC_URL: the address at which GitHub sends people back to this server.";

/** @param of.web the path at which a browser begins */
export function signInWays(of: { github: GitHubSignIn | null; publicUrl: string | null; web: string }): SignInWays {
  const { github, publicUrl, web } = of;
  if (github === null) return { web: null, device: null, missing: setUp };
  const device = { clientId: github.clientId, url: github.url };
  return publicUrl === null ? { web: null, device, missing: address } : { web, device, missing: null };
}

/**
 * Who a user token of our App stands for, when they may come in.
 * @throws ProblemError 401 for another token, 403 for somebody whom nothing lets in, 404 where it is not set up, 503
 */
export async function personByToken(
  github: GitHubSignIn | null,
  standings: Pick<Standings, "maySignIn">,
  token: string,
): Promise<string> {
  if (github === null) throw new ProblemError({ status: 404, code: "no_sign_in", title: setUp });
  const login = await github.byToken(token).catch((error: unknown) => {
    throw error instanceof SignInError ? refusal(error) : error;
  });
  if (await standings.maySignIn(login)) return login;
  throw new ProblemError({
    status: 403,
    code: "not_let_in",
    title: `${login} has no role in a repository of this server.`,
    advice: "Ask for one, or to be named by its operator.",
  });
}

function refusal(error: SignInError): ProblemError {
  const isAway = error.why === "unreachable";
  return new ProblemError(
    isAway
      ? { status: 503, code: "github_away", title: "GitHub does not tell who you are.", advice: "Try again soon." }
      : { status: 401, code: "not_our_token", title: error.message, advice: "Sign in again." },
    { cause: error },
  );
}
