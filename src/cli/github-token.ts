/** What GitHub says of a token: whose it is, and what it reaches. */
export type TokenFacts = {
  status: number;
  login: string | null;
  /** Of a classic token; null of a fine-grained one, whose permissions GitHub tells nobody. */
  scopes: readonly string[] | null;
  /** In milliseconds since 1970; null for one that does not expire. */
  expiresAt: number | null;
  /** GitHub's clock with this answer; null where it does not say. */
  date: string | null;
  repositories: readonly RepositoryFacts[];
};

export type RepositoryFacts = {
  name: string;
  /** 404 where the token has no way to it. */
  status: number;
  isPrivate: boolean;
  isArchived: boolean;
  mayPush: boolean;
  /** Whether it shows the check runs of others: fine-grained tokens may not see them. */
  seesChecks: boolean;
};

const timeoutMs = 15_000;

/**
 * Asks GitHub as whoever the token stands for (https://docs.github.com/rest/users/users#get-the-authenticated-user).
 * @throws Error where there is no answer
 */
export async function lookAtToken(of: {
  apiUrl: string;
  token: string;
  repositories: readonly string[];
}): Promise<TokenFacts> {
  const ask = async (path: string) => {
    const response = await fetch(`${of.apiUrl}${path}`, {
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${of.token}`,
        "user-agent": "cc-orchestrator",
      },
      // A repository that has another name now answers with where it is.
      redirect: "follow",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { response, body: (await response.json()) as Record<string, unknown> | null };
  };
  const { response, body } = await ask("/user");
  const { headers } = response;
  const scopes = headers.get("x-oauth-scopes");
  const expires = Date.parse(headers.get("github-authentication-token-expiration") ?? "");
  const login = response.ok && typeof body?.login === "string" ? body.login : null;
  const facts = {
    status: response.status,
    login,
    scopes: scopes === null ? null : scopes.split(",").map((scope) => scope.trim()),
    expiresAt: Number.isNaN(expires) ? null : expires,
    date: headers.get("date"),
  };
  const look = async (name: string): Promise<RepositoryFacts> => {
    const { response: answer, body: found } = await ask(`/repos/${name}`);
    const permissions = (found?.permissions ?? {}) as { push?: unknown };
    const branch = encodeURIComponent(String(found?.default_branch ?? "HEAD"));
    const checks = answer.ok ? await ask(`/repos/${name}/commits/${branch}/check-runs?per_page=1`) : null;
    return {
      name,
      status: answer.status,
      isPrivate: found?.private === true,
      isArchived: found?.archived === true,
      mayPush: permissions.push === true,
      // A repository without a commit answers 409 or 422.
      seesChecks: checks?.response.status !== 403 && checks?.response.status !== 404,
    };
  };
  return { ...facts, repositories: login === null ? [] : await Promise.all(of.repositories.map(look)) };
}

/** What a token lacks, in sentences; nothing where tasks can be worked on with it. */
export function lacksOf(facts: TokenFacts): { sentence: string; advice: string }[] {
  const { status, login, scopes, repositories } = facts;
  if (login === null) {
    const advice = "Make another one, and put it in its place: cc-orchestrator init --token";
    return [{ sentence: `GitHub does not take the token (${status})`, advice }];
  }
  const found: { sentence: string; advice: string }[] = [];
  const isPrivate = repositories.some((one) => one.isPrivate || one.status === 404);
  if (scopes !== null && !scopes.includes("repo") && !(scopes.includes("public_repo") && !isPrivate))
    found.push({
      sentence: `${login}'s token lacks the scope repo`,
      advice: "Give it on the token's page at GitHub, or: gh auth refresh --scopes repo",
    });
  for (const one of repositories) found.push(...lackOf(login, one));
  return found;
}

function lackOf(login: string, one: RepositoryFacts): { sentence: string; advice: string }[] {
  const { name, status, mayPush, isArchived } = one;
  if (status !== 200)
    return [
      {
        sentence: `${login}'s token has no way to ${name} (${status})`,
        advice: "Look at the name; a fine-grained token must name the repository, one of an organisation its SSO.",
      },
    ];
  if (isArchived) return [{ sentence: `${name} is archived`, advice: "Nothing can be pushed there." }];
  if (mayPush) return [];
  const advice = "Ask for the write role there, or use the token of somebody who has it.";
  return [{ sentence: `${login} may not push to ${name}`, advice }];
}
