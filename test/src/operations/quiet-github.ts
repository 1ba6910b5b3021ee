import type { Links } from "#domain/links.ts";
import type { GitHub, IssueNow } from "#operations/ports/github.ts";
import type { Role } from "#protocol/policy.ts";

export type QuietGitHub = {
  github: GitHub;
  policy: string | null;
  role: Role;
  /** What every issue looks like, but for those in `issues`. */
  issue: IssueNow;
  issues: Map<number, Partial<IssueNow>>;
  /** What single issues are linked with. */
  links: Map<number, Partial<Links>>;
  /** What was put on comments, in order. */
  reactions: string[];
  /** What was asked of it, by name. */
  asked: string[];
  /** The jobs that were started, by the run that they are for; `-` before those that were stopped. */
  jobs: string[];
};

export const shop = { id: 7, name: "acme/shop", installationId: 3 };

/**
 * GitHub as the operations' port has it, where GitHub is not the point: one private repository in which everybody has the
 * same role, and all issues look the same. What a test does not need throws.
 */
export function quietGitHub(): QuietGitHub {
  const state: QuietGitHub = {
    github: new Proxy({} as GitHub, {
      get: (_target, name) => {
        if (typeof name !== "string" || name === "then") return undefined;
        return async (...given: unknown[]) => {
          state.asked.push(name);
          const answer = answers[name];
          if (answer === undefined) throw new Error(`nothing is known of GitHub's ${name}`);
          return answer(...(given as never[]));
        };
      },
    }),
    policy: null,
    role: "write",
    issue: {
      title: "Greet in French",
      body: "Say bonjour.",
      url: "https://github.test/acme/shop/issues/1",
      nodeId: "I_1",
      isOpen: true,
      labels: ["claude"],
      comments: [],
    },
    issues: new Map(),
    links: new Map(),
    reactions: [],
    asked: [],
    jobs: [],
  };
  const issue = (_repository: unknown, number: number): IssueNow => ({ ...state.issue, ...state.issues.get(number) });
  const answers: Record<string, (...given: never[]) => unknown> = {
    roleOf: () => state.role,
    repository: () => ({
      name: shop.name,
      isPrivate: true,
      defaultBranch: "main",
      cloneUrl: "https://github.test/x.git",
    }),
    find: () => shop,
    policyText: () => state.policy,
    issue,
    issueState: (repository, number) => {
      const { isOpen, labels } = issue(repository, number);
      return { isOpen, labels, closedBy: "ada", updatedAt: 0 };
    },
    whoAmI: () => "cc-orchestrator[bot]",
    react: (_repository, _comment, content) => void state.reactions.push(content),
    linkedIssues: (_repository, number) => ({ blockers: [], children: [], ...state.links.get(number) }),
    startJob: (_repository, workflow, branch, inputs: { run: string }) => {
      state.jobs.push(`${workflow}@${branch}: ${inputs.run}`);
      return { id: state.jobs.length, url: "https://github.test/job" };
    },
    stopJob: (_repository, workflowRun) => void state.jobs.push(`- ${workflowRun}`),
    credential: () => ({ username: "x-access-token", password: "p", expiresAt: "2026-11-21T15:00:00.000Z" }),
  };
  return state;
}

/** The delivery of a label that was put on. */
export function labelled(issue: number, at: number, of: { label?: string; title?: string; guid?: string } = {}) {
  return {
    guid: of.guid ?? `labelled-${issue}-${at}`,
    hookId: "1",
    event: "issues",
    action: "labeled",
    receivedAt: at,
    happening: {
      kind: "issue_labelled" as const,
      repository: shop,
      issue,
      title: of.title ?? "Greet in French",
      body: "Say bonjour.",
      label: of.label ?? "claude",
      actor: { login: "ada", isBot: false },
      at,
    },
  };
}
