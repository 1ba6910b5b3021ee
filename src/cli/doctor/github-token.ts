import { lacksOf, lookAtToken, type TokenFacts } from "../github-token.ts";
import type { ServerConfig } from "../programs/configuration.ts";
import type { Check } from "./check.ts";
import { clockCheck } from "./github.ts";

const name = "GitHub token";
const soonMs = 7 * 24 * 60 * 60_000;

type Access = NonNullable<ServerConfig["github"]>;

/** Whether the token still counts, and reaches what it is for. */
export async function checkToken(access: Access, apiUrl: string, now: () => number): Promise<Check[]> {
  try {
    const facts = await lookAtToken({ ...access, apiUrl });
    return [...tokenChecks(facts, now()), ...clockCheck(facts.date, now())];
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    const advice = "Check the network, a proxy in between, and GITHUB_API_URL.";
    return [{ name, verdict: "missing", found: `${apiUrl} does not answer: ${why}`, advice }];
  }
}

function tokenChecks(facts: TokenFacts, now: number): Check[] {
  const lacks = lacksOf(facts);
  if (lacks.length > 0)
    return lacks.map(({ sentence, advice }) => ({ name, verdict: "missing", found: sentence, advice }));
  const { login, repositories, expiresAt } = facts;
  const checks: Check[] = [{ name, verdict: "good", found: `${login}'s, for ${namesOf(repositories)}` }];
  const blind = repositories.filter(({ seesChecks }) => !seesChecks);
  if (blind.length > 0) {
    const found = `it does not show the check runs of ${namesOf(blind)}, so that failing CI is not repaired`;
    const advice = "A classic token with the scope repo shows them, and so does the App: cc-orchestrator init --app";
    checks.push({ name, verdict: "note", found, advice });
  }
  if (expiresAt !== null && expiresAt - now <= soonMs) {
    const found = `it expires on ${new Date(expiresAt).toISOString().slice(0, 10)}`;
    const advice = "Make another one in time, then: cc-orchestrator init --token";
    checks.push({ name, verdict: "note", found, advice });
  }
  return checks;
}

function namesOf(repositories: readonly { name: string }[]): string {
  return repositories.map((one) => one.name).join(", ");
}
