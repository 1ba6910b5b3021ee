import { notFound } from "../state/problem.ts";
import { actionRoutes } from "./actions.ts";
import { appRoutes } from "./app.ts";
import { checkRoutes } from "./checks.ts";
import { commentRoutes } from "./comments.ts";
import { gitRoutes } from "./git.ts";
import { issueRoutes } from "./issues.ts";
import { jobRoutes } from "./jobs.ts";
import { labelRoutes } from "./labels.ts";
import { oauthRoutes } from "./oauth.ts";
import { pullRoutes } from "./pulls.ts";
import { repositoryRoutes } from "./repositories.ts";
import { reviewRoutes } from "./reviews.ts";
import type { Route } from "./route.ts";

/** Every REST route that the stand-in serves; the contract slice is cut along this table. */
export const routes: readonly Route[] = [
  ...appRoutes,
  ...repositoryRoutes,
  ...gitRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...commentRoutes,
  ...pullRoutes,
  ...reviewRoutes,
  ...checkRoutes,
  ...actionRoutes,
  ...jobRoutes,
  ...oauthRoutes,
];

interface Pattern {
  route: Route;
  expression: RegExp;
  names: string[];
  literal: number;
}

/** Parameters that may hold slashes, as they may on GitHub. */
const wide = new Set(["path", "ref", "branch", "basehead"]);

function patternOf(route: Route): Pattern {
  const names: string[] = [];
  const source = route.path.replaceAll(/[.+*?^$()|[\]\\]/g, "\\$&").replaceAll(/\/\{(\w+)\}/g, (_, name: string) => {
    names.push(name);
    // Octokit sends the root folder's contents without a last slash.
    if (name === "path") return "(?:/(.*))?";
    return wide.has(name) ? "/(.*)" : "/([^/]+)";
  });
  const literal = route.path.replaceAll(/\{\w+\}/g, "").length;
  return { route, expression: new RegExp(`^${source}$`), names, literal };
}

// The most literal template wins, as /issues/comments before /issues/{issue_number}.
const patterns = routes.map(patternOf).toSorted((a, b) => b.literal - a.literal);

/** Half an escape is no path of GitHub's. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw notFound();
  }
}

/** The route for a request and its decoded path parameters, or null. */
export function findRoute(method: string, path: string): { route: Route; params: Record<string, string> } | null {
  for (const { route, expression, names } of patterns) {
    if (route.method !== method) continue;
    const match = expression.exec(path);
    if (!match) continue;
    return { route, params: Object.fromEntries(names.map((name, at) => [name, decoded(match[at + 1] ?? "")])) };
  }
  return null;
}
