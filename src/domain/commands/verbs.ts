import type { Role, Roles } from "#protocol/policy.ts";
import type { TaskStatus } from "#protocol/words.ts";

/** The word behind the slash: `/claude status`. */
export const commandWord = "claude";

const working = ["queued", "blocked", "in_progress", "waiting"] as const satisfies readonly TaskStatus[];
const ended = ["in_review", "completed"] as const satisfies readonly TaskStatus[];
const every = [...working, ...ended] as const;

type Row = {
  /** What follows the verb, as help shows it. */
  takes: string;
  description: string;
  /** `starter` is the role that the repository's policy asks of whoever starts work. */
  role: Extract<Role, "none"> | "starter";
  /** Where it makes sense; `none` is an issue that has no task. */
  when: readonly (TaskStatus | "none")[];
};

/**
 * Everything that a comment can ask for. Parser, permission check, help comment and docs page all read this table.
 */
export const verbs = {
  run: {
    takes: "",
    description: "Starts work on the issue as it reads now, with or without the issue label.",
    role: "starter",
    when: ["none", ...ended],
  },
  plan: {
    takes: "",
    description: "Asks for a plan first: Claude reads, changes nothing, and waits for approval.",
    role: "starter",
    when: ["none", ...ended],
  },
  approve: {
    takes: "",
    description: "Approves the plan that waits, or the pull request where the policy asks for that.",
    role: "starter",
    when: every,
  },
  stop: {
    takes: "",
    description: "Stops the work. What was pushed stays on its branch.",
    role: "starter",
    when: working,
  },
  retry: {
    takes: "",
    description: "Starts another attempt on the same branch, in the words in which it was asked for.",
    role: "starter",
    when: ended,
  },
  say: {
    takes: "<text>",
    description: "Tells Claude more: everything up to the next command or the end of the comment.",
    role: "starter",
    when: every,
  },
  answer: {
    takes: "<text>",
    description: "Answers what Claude asks: the number of a choice, or words of your own.",
    role: "starter",
    when: every,
  },
  priority: {
    takes: "high|normal|low",
    description: "Moves the task up or down in the queue.",
    role: "starter",
    when: [...working, "in_review"],
  },
  budget: {
    takes: "<usd>",
    description: "Sets how many dollars each later run may use; `run` goes back to what the policy says.",
    role: "starter",
    when: every,
  },
  status: {
    takes: "",
    description: "Tells how the task stands.",
    role: "none",
    when: ["none", ...every],
  },
  why: {
    takes: "",
    description: "Lists everything that has to be so for work to go on, what is missing, and what to do.",
    role: "none",
    when: ["none", ...every],
  },
  continue: {
    takes: "",
    description: "Goes on in the same session: after a limit or a stop, or when the pull request was reopened.",
    role: "starter",
    when: ended,
  },
  "fix-ci": {
    takes: "",
    description: "Lets Claude repair the checks that fail on the pull request.",
    role: "starter",
    when: ended,
  },
  rebase: {
    takes: "",
    description: "Brings the branch up to date with its base, by merge or rebase as the policy says.",
    role: "starter",
    when: ended,
  },
  help: { takes: "", description: "Lists the commands.", role: "none", when: ["none", ...every] },
} as const satisfies Record<keyof Roles, Row>;

export type Verb = keyof typeof verbs;

/** In the order in which help lists them. */
export const verbNames = Object.keys(verbs) as readonly Verb[];

export function isVerb(word: string): word is Verb {
  return Object.hasOwn(verbs, word);
}

/** `/claude priority high|normal|low` */
export function usageOf(verb: Verb, word: string = commandWord): string {
  const { takes } = verbs[verb];
  return takes === "" ? `/${word} ${verb}` : `/${word} ${verb} ${takes}`;
}
