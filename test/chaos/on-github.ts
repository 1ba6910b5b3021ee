import type { Deed } from "./adversary.ts";

const issues = "/repos/{owner}/{repo}/issues/{issue_number}";
/** What the control plane writes and asks most; null is any call. */
const routes = [
  `POST ${issues}/comments`,
  "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
  "POST /repos/{owner}/{repo}/pulls",
  "POST /repos/{owner}/{repo}/check-runs",
  "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
  `POST ${issues}/labels`,
  "POST /app/installations/{installation_id}/access_tokens",
  "GET /repos/{owner}/{repo}",
  null,
] as const;
const lossy = routes.slice(0, 6);

/** One of several, and another number to choose by. */
function choose<T>(list: readonly T[], pick: number): { one: T; rest: number } {
  const at = pick * list.length;
  const one = list[Math.floor(at)];
  if (one === undefined) throw new Error("there is nothing to choose from");
  return { one, rest: at - Math.floor(at) };
}

function routeOf(list: readonly (string | null)[], pick: number) {
  const { one, rest } = choose(list, pick);
  return { route: one === null ? {} : { route: one }, name: one ?? "any call", rest };
}

export function refuse({ site, pick }: Deed): string {
  const { route, name, rest } = routeOf(routes, pick);
  const { one: status, rest: more } = choose([500, 502, 503], rest);
  const times = 1 + Math.floor(more * 3);
  site.github.faults.failNext({ ...route, status, times });
  return `${name} is answered ${status}, ${times} times`;
}

export function lose({ site, pick }: Deed): string {
  const { route, name, rest } = routeOf(lossy, pick);
  const cut = rest < 0.5;
  site.github.faults.failNext({ ...route, status: cut ? 0 : 502, cut, when: "after" });
  return `${name} is done, and its answer ${cut ? "lost" : "is 502"}`;
}

export function limit({ site, pick }: Deed): string {
  const { route, name, rest } = routeOf(routes, pick);
  const headers = { "retry-after": String(1 + Math.floor(rest * 4)) };
  const secondary = { status: 403, message: "You have exceeded a secondary rate limit. Please wait a few minutes." };
  site.github.faults.failNext({ ...route, ...(rest < 0.5 ? { status: 429 } : secondary), headers });
  return `${name} is answered ${rest < 0.5 ? 429 : "403 (secondary limit)"}`;
}

export function hang({ site, pick, lastsMs }: Deed): string {
  const { route, name, rest } = routeOf(routes, pick);
  const when = rest < 0.5 ? "before" : "after";
  site.github.faults.failNext({ ...route, status: 0, cut: true, holdMs: lastsMs, when });
  return `${name} hangs for ${lastsMs} ms, ${when} its effect`;
}

export function gitFault({ site, pick }: Deed, how: "refused" | "cut"): string {
  const { one: route, rest } = choose(["GIT push", "GIT fetch"], pick);
  const { one: status, rest: more } = choose([500, 502], rest);
  const when = how === "cut" && more < 0.5 ? "after" : "before";
  site.github.faults.failNext({ route, status, cut: how === "cut", when });
  return `${route} is ${how === "cut" ? `cut off ${when} its effect` : `answered ${status}`}`;
}
