import type { Policy, Role } from "#protocol/policy.ts";
import type { Reason } from "#protocol/words.ts";
import { isAtLeast } from "../gate.ts";
import { type TaskFacts, type TaskState, taskName } from "../task.ts";
import type { Command } from "./command.ts";
import { roleFor } from "./roles.ts";
import { commandWord, verbs } from "./verbs.ts";

/** A command that comes later than this may have been overtaken by what happened since. */
const lateMs = 60 * 60_000;

export type Asked = {
  command: Command;
  login: string;
  /** The person's role in the repository now; null when GitHub could not tell, which counts as no. */
  role: Role | null;
  policy: Policy;
  /** When the command was written, and now; milliseconds since 1970. */
  at: number;
  now: number;
};

/** Why this person may not ask for that; null when they may. */
export function permissionRefusal({ command, login, role, policy, at, now }: Asked): Reason | null {
  const needed = roleFor(command.verb, policy);
  if (needed === "none") return null;
  if (role === null) {
    return {
      code: "role_unknown",
      sentence: `GitHub did not tell which role ${login} has here, so nothing was done.`,
      advice: "Write the command again in a while.",
    };
  }
  if (!isAtLeast(role, needed)) {
    return {
      code: "role_too_low",
      sentence: `\`${command.verb}\` needs the role ${needed}; ${login} has the role ${role} here.`,
      advice: `Somebody with the role ${needed} can write the same command.`,
    };
  }
  if (now - at <= lateMs) return null;
  return {
    code: "command_late",
    sentence: "This command reached the app more than an hour after it was written, so it was not carried out.",
    advice: "Write it again if it is still wanted.",
  };
}

/** So many commands in so long are answered to somebody who may not steer. */
export const mostAsked = 10;
export const askingWindowMs = 10 * 60_000;

/** What they are told once. */
export function askedTooMuch(): Reason {
  return {
    code: "asked_too_much",
    sentence: `That were more than ${mostAsked} commands in ${askingWindowMs / 60_000} minutes.`,
    advice: "More are not answered for a while. The comment on the issue is always up to date.",
  };
}

/** Why that makes no sense as the task stands; null when it does. */
export function statusRefusal(command: Command, known: { task: TaskFacts; state: TaskState } | null): Reason | null {
  const { verb } = command;
  const when: readonly string[] = verbs[verb].when;
  if (known === null) return when.includes("none") ? null : noTask(verb);
  const { task, state } = known;
  const name = taskName(task.id);
  if (!when.includes(state.status)) {
    return state.status === "in_review" || state.status === "completed"
      ? { code: "not_running", sentence: `${name} has ended: \`${verb}\` has nothing to do.`, advice: startAgain }
      : {
          code: "still_running",
          sentence: `${name} is ${inWords[state.status]} already.`,
          advice: `\`/${commandWord} stop\` stops it, \`/${commandWord} say …\` tells Claude more.`,
        };
  }
  const isOver = state.status === "completed" && task.pullRequest !== null && task.pullRequest.state !== "open";
  if (isOver && !when.includes("none")) {
    return {
      code: "pull_request_over",
      sentence: `${name} is over: its pull request was ${task.pullRequest?.state}.`,
      advice: `\`/${commandWord} run\` on the issue starts anew, on a new branch.`,
    };
  }
  return null;
}

const startAgain = `\`/${commandWord} retry\` starts another attempt on the same branch, \`/${commandWord} run\` takes the issue as it reads now.`;

const inWords = {
  queued: "queued",
  blocked: "queued",
  in_progress: "being worked on",
  waiting: "being worked on",
} as const;

function noTask(verb: string): Reason {
  return {
    code: "no_task",
    sentence: `There is no task here: \`${verb}\` has nothing to do.`,
    advice: `\`/${commandWord} run\` on the issue starts one.`,
  };
}
