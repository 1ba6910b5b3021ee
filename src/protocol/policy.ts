import { z } from "zod";

const Command = z.string().min(1).max(4_000);
const IssueLabel = z.string().min(1).max(50);

export const Role = z.enum(["none", "read", "triage", "write", "maintain", "admin"]);
export type Role = z.infer<typeof Role>;

/**
 * The role that a command takes, for each command that has one of its own; `none` is anybody. The names are those of the
 * commands in comments.
 */
export const Roles = z.strictObject({
  run: Role.optional(),
  stop: Role.optional(),
  retry: Role.optional(),
  say: Role.optional(),
  answer: Role.optional(),
  priority: Role.optional(),
  budget: Role.optional(),
  status: Role.optional(),
  why: Role.optional(),
  help: Role.optional(),
  plan: Role.optional(),
  approve: Role.optional(),
  continue: Role.optional(),
  "fix-ci": Role.optional(),
  rebase: Role.optional(),
});
export type Roles = z.infer<typeof Roles>;

/** The issue labels that give a task another priority than `normal`. */
export const PriorityLabels = z.strictObject({
  high: IssueLabel.default("claude:high"),
  low: IssueLabel.default("claude:low"),
});

/** What one run may use. */
export const Limits = z.strictObject({
  /** Model turns in one Claude Code process. */
  turns: z.int().min(1).max(1_000).default(100),
  /** Wall-clock minutes of a run, set-up and verification included. */
  minutes: z.number().min(0.1).max(1_440).default(60),
  /** Dollars, as estimated by Claude Code at list prices. */
  usd: z.number().min(0.01).max(1_000).default(10),
  /** Dollars of all runs of one task together. */
  usd_per_task: z.number().min(0.01).max(10_000).optional(),
  /** Dollars of all runs of the repository in a day, by UTC. */
  usd_per_day: z.number().min(0.01).max(100_000).optional(),
  /** Runs under way at a time in the repository. */
  runs: z.int().min(1).max(100).optional(),
  /** Runs under way at a time in the repository of tasks that the same person asked for. */
  runs_per_person: z.int().min(1).max(100).optional(),
});
export type Limits = z.infer<typeof Limits>;

/** What is done by itself once the pull request is there. */
export const FollowUpPolicy = z.strictObject({
  /** How often in a row failed checks go back to Claude; then a person is asked. */
  check_rounds: z.int().min(0).max(10).default(3),
  /** Work through each review of people who may steer. */
  reviews: z.boolean().default(true),
  /** How the branch is brought up to date when its base conflicts with it. */
  conflicts: z.enum(["merge", "rebase", "off"]).default("merge"),
  /** Resolve the threads of a review in which Claude says that it is done. */
  resolve_threads: z.boolean().default(false),
  /** Delete the branch when its pull request was merged. */
  delete_branch: z.boolean().default(false),
});
export type FollowUpPolicy = z.infer<typeof FollowUpPolicy>;

/** Which workflow's jobs take runs, and when they are asked for. */
export const ActionsPolicy = z.strictObject({
  /** Its file's name below .github/workflows. */
  workflow: z.string().regex(/^[A-Za-z0-9._-]{1,100}\.ya?ml$/),
  /** How long a run waits for a runner of one's own, where there is one that may take it. */
  after_minutes: z.number().min(0).max(1_440).default(5),
});
export type ActionsPolicy = z.infer<typeof ActionsPolicy>;

/**
 * A repository's own policy: `.github/cc-orchestrator.yml` on its default branch.
 * Every key has a default, so an empty or missing file is a valid policy.
 */
export const Policy = z.strictObject({
  /** The issue label that asks for a pull request. */
  label: IssueLabel.default("claude"),
  /** The issue label that asks for a plan first. */
  plan_label: IssueLabel.default("claude:plan"),
  /** Whether every request begins with a plan that somebody approves. */
  plan: z.enum(["never", "always"]).default("never"),
  /** The pull request stays a draft until somebody approves it; then it is ready for review. */
  approval: z.boolean().default(false),
  /** The least role that may start work. */
  role: z.enum(["triage", "write", "maintain", "admin"]).default("write"),
  /** Another role for single commands. */
  roles: Roles.default({}),
  /** Logins of bots that may start and steer work like somebody with `role`. */
  bots: z.array(z.string().min(1).max(100)).max(20).default([]),
  /** The word behind the slash of a command: `/claude stop`. */
  command_word: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,29}$/)
    .default("claude"),
  /** Branch to start from and to open the pull request into; the default branch when absent. */
  base: z.string().min(1).max(200).optional(),
  /** Branch name template: {issue}, {task} and {title} are replaced. */
  branch: z.string().min(1).max(120).default("claude/{issue}-{title}"),
  model: z.string().min(1).max(100).optional(),
  /** The only tools of Claude Code that Claude is offered, by their names; all when absent. */
  allowed_tools: z
    .array(z.string().regex(/^[A-Za-z][A-Za-z_]{0,49}$/))
    .min(1)
    .max(50)
    .optional(),
  /** What Claude may not use: tools by their names, and calls as `Bash(npm publish *)`. */
  denied_tools: z
    .array(z.string().regex(/^[A-Za-z][A-Za-z_]{0,49}(\([^\n]{1,300}\))?$/))
    .max(100)
    .default([]),
  /** Words for Claude that hold for every task of this repository. */
  instructions: z.string().max(20_000).optional(),
  /** Commands that make a fresh worktree ready. */
  setup: z.array(Command).max(20).default([]),
  /** Commands that must succeed before the work counts as done. */
  verify: z.array(Command).max(20).default([]),
  /** How often a failed verification goes back to Claude. */
  verify_rounds: z.int().min(0).max(10).default(2),
  /** Hours that a question of Claude's waits for its answer; 0 keeps Claude from asking. */
  question_hours: z.number().min(0).max(720).default(24),
  /** Paths whose change keeps the pull request a draft, beside the built-in list. */
  protected_paths: z.array(z.string().min(1).max(300)).max(100).default([]),
  /** Leave the draft state when the work is verified. */
  ready_for_review: z.boolean().default(false),
  /** Labels that a runner must have. */
  runs_on: z.array(z.string().min(1).max(50)).max(10).default([]),
  priority_labels: PriorityLabels.default({ high: "claude:high", low: "claude:low" }),
  /** Lets jobs of GitHub Actions take runs. */
  actions: ActionsPolicy.optional(),
  /** Days after the end of a task until what jobs of GitHub Actions keep of it in the repository is removed. */
  keep_days: z.int().min(1).max(365).default(30),
  limits: Limits.default({ turns: 100, minutes: 60, usd: 10 }),
  follow_up: FollowUpPolicy.default({
    check_rounds: 3,
    reviews: true,
    conflicts: "merge",
    resolve_threads: false,
    delete_branch: false,
  }),
});
export type Policy = z.infer<typeof Policy>;

/** Where the policy lives in a repository. */
export const policyPath = ".github/cc-orchestrator.yml";

/** The policy of a repository without a file. */
export const defaultPolicy: Policy = Policy.parse({});
