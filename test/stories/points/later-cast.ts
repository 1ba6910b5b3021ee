export const policy = "ready_for_review: true\nfollow_up: { resolve_threads: true, delete_branch: true }\n";
/** Repositories beside the website, and what their policies say. */
export const others = {
  /** Only the second runner takes what is asked for here. */
  gpu: { repo: "acme/gpu", policy: "runs_on: [gpu]\n" },
  jobs: { repo: "acme/jobs", policy: "actions: { workflow: claude.yml }\nruns_on: [actions]\n" },
  /** Nobody takes what is asked for in these. */
  left: { repo: "acme/left", policy: "runs_on: [nobody]\n" },
  moved: { repo: "acme/old", policy: "runs_on: [nobody]\n" },
} as const;
export const newName = "acme/new";

export type Told = { title: string; repo?: string; label?: string };
/** The tasks of the story: each one's title, which tells a runner how to play it. */
export const titles = {
  checked: { title: "One whose checks fail" },
  unheard: { title: "One of whose checks GitHub does not tell" },
  reviewed: { title: "One that is reviewed" },
  clashing: { title: "One to clash with its base" },
  unfit: { title: "One that is unfit" },
  merged: { title: "One to merge" },
  // What is done once only may be cut off by a death at another step: there is a second chance.
  mergedLater: { title: "One to merge later" },
  askedOperator: { title: "One that asks the operator" },
  askedHere: { title: "One that asks whoever reads" },
  planned: { title: "One with a plan", label: "claude:plan" },
  listening: { title: "One to listen" },
  taken: { title: "One to take over" },
  remarked: { title: "One with remarks" },
  blocked: { title: "One that waits for another" },
  pressed: { title: "One to hold until a button is pressed" },
  moot: { title: "One whose checks pass again", repo: others.gpu.repo },
  job: { title: "One for a job", repo: others.jobs.repo },
  unwanted: { title: "One that no job is wanted for", repo: others.jobs.repo },
  unwantedLater: { title: "One that no job is wanted for later", repo: others.jobs.repo },
  left: { title: "One that is left behind", repo: others.left.repo },
  moved: { title: "One that moves", repo: others.moved.repo },
} as const satisfies Record<string, Told>;
export type LaterPart = keyof typeof titles;

/** What GitHub shows of each part in the end; nothing is written where the App is no more. */
export const laterEnds: Partial<Record<LaterPart, string>> = {
  checked: "claude:in-review",
  unheard: "claude:in-review",
  reviewed: "claude:in-review",
  clashing: "claude:in-review",
  unfit: "claude:failed",
  merged: "claude:done",
  mergedLater: "claude:done",
  askedOperator: "claude:in-review",
  askedHere: "claude:in-review",
  planned: "claude:in-review",
  listening: "claude:in-review",
  taken: "claude:in-review",
  remarked: "claude:in-review",
  blocked: "claude:in-review",
  pressed: "",
  moot: "claude:in-review",
  job: "claude:in-review",
  unwanted: "",
  unwantedLater: "",
  moved: "claude:queued",
};
