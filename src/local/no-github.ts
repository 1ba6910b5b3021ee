import { type GitHub, GitHubRefusedError } from "#operations/ports/github.ts";

/** What a control plane without a GitHub App has of GitHub: nothing to look at, and a refusal for everything else. */
export function noGitHub(): GitHub {
  const refuse = () =>
    Promise.reject(new GitHubRefusedError(403, "No GitHub App is set up here. See: cc-orchestrator init --app"));
  const nothing = {
    badge: "check_run",
    // There is nothing to be told.
    tells: true,
    repositories: async () => [],
    // Nobody says that it is not: tasks from a time with an app wait for it to come back.
    isInstalled: async () => true,
    failedDeliveries: async () => [],
  } satisfies Partial<GitHub>;
  return new Proxy(nothing as Partial<GitHub> as GitHub, {
    get: (target, name, receiver) => (name === "then" ? undefined : (Reflect.get(target, name, receiver) ?? refuse)),
  });
}
