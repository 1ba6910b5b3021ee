import { renderNoTask, renderRefusal, renderStatus } from "#domain/commands/answers.ts";
import { renderHelp } from "#domain/commands/help.ts";
import { statusRefusal } from "#domain/commands/refusal.ts";
import { commandWord } from "#domain/commands/verbs.ts";
import { viewOf } from "#domain/surfaces/view.ts";
import { currentRun, taskName } from "#domain/task.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import type { Reason } from "#protocol/words.ts";
import { answerQuestion } from "./answer-question.ts";
import { approve } from "./approve-task.ts";
import { cancelRuns } from "./cancel-task.ts";
import { type AskedCommand, type Deed, type Outcome, type TaskNow, taskNowOf } from "./command-context.ts";
import { explainDeed } from "./explain-task.ts";
import { type AskedVerb, followAsked } from "./follow-asked.ts";
import { startFollowUp } from "./follow-start.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import { retryTask } from "./retry-task.ts";
import { runDeed } from "./run-issue.ts";
import { sayMore, setBudget, setPriority } from "./steer-task.ts";

const done: Outcome = { isDone: true, answer: null };

/** What a permitted command does, once all is known that GitHub has to be asked for. */
export async function deedOf(world: World, asked: AskedCommand): Promise<Deed> {
  const { command, comment } = asked;
  switch (command.verb) {
    case "run":
    case "plan":
      return runDeed(world, asked);
    case "continue":
    case "fix-ci":
    case "rebase":
      return followDeed(world, asked, command.verb);
    case "why":
      return explainDeed(world, asked);
    case "help":
      return () => ({ isDone: true, answer: renderHelp(asked.policy ?? defaultPolicy) });
    case "status":
      return () => ({ isDone: true, answer: statusText(world, asked, taskNowOf(world, comment)) });
    default:
      return () => {
        const now = taskNowOf(world, comment);
        const refusal = statusRefusal(command, now);
        if (refusal !== null || now === null) return refused(refusal);
        return steer(world, asked, now);
      };
  }
}

async function followDeed(world: World, asked: AskedCommand, verb: AskedVerb): Promise<Deed> {
  const { command, comment } = asked;
  const now = taskNowOf(world, comment);
  const refusal = statusRefusal(command, now);
  if (refusal !== null || now === null) return () => refused(refusal);
  const begin = await followAsked(world, now.task, verb, comment.actor.login);
  return () => {
    const reason = statusRefusal(command, taskNowOf(world, comment)) ?? begin();
    return reason === null ? done : refused(reason);
  };
}

function steer(world: World, { command, comment }: AskedCommand, now: TaskNow): Outcome {
  const by = comment.actor.login;
  switch (command.verb) {
    case "stop":
      cancelRuns(world, now.task, { by, how: `\`/${commandWord} stop\`` });
      return done;
    case "retry":
      return retry(world, now);
    case "approve": {
      const refusal = approve(world, now.task, by);
      return refusal === null ? done : refused(refusal);
    }
    case "say":
      return sayAndGoOn(world, now, { by, at: comment.at, text: command.text, comment: thanked(comment.comment) });
    case "answer": {
      const refusal = answerQuestion(world, now.task, { by, words: command.text });
      return refusal === null ? done : refused(refusal);
    }
    case "priority":
      return setPriority(world, now, command.priority);
    case "budget":
      return setBudget(world, now, command.usd);
    default:
      throw new Error(`${command.verb} steers nothing`);
  }
}

/** Words that come while people review are worked through at once: there is nothing else that they could wait for. */
function sayAndGoOn(world: World, now: TaskNow, said: Parameters<typeof sayMore>[2]): Outcome {
  const outcome = sayMore(world, now, said);
  const task = world.store.tasks.get(now.task.id);
  const pull = task?.pullRequest;
  if (!task || pull?.state !== "open" || now.state.status !== "in_review") return outcome;
  const place = { pullRequest: pull.number, headSha: pull.headSha };
  startFollowUp(world, task, { ...place, purpose: "continue", askedBy: said.by }, []);
  world.bell.queue();
  return done;
}

/** The comment that gets 👍; what was said outside GitHub has none. */
function thanked(comment: string): string | null {
  return comment.includes(":") ? null : comment;
}

function retry(world: World, { task }: TaskNow): Outcome {
  try {
    retryTask(world, taskName(task.id));
    return done;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { code, title, advice } = error.problem;
    return refused({ code, sentence: title, ...(advice === undefined ? {} : { advice }) });
  }
}

export function refused(reason: Reason | null): Outcome {
  return { isDone: false, answer: reason === null ? null : renderRefusal(reason) };
}

function statusText(world: World, asked: AskedCommand, now: TaskNow | null): string {
  if (now === null) return renderNoTask((asked.policy ?? defaultPolicy).label);
  const { task, runs, state } = now;
  const run = currentRun(runs);
  const brief = run === null ? null : (world.store.followUps.of(run)?.brief ?? null);
  return renderStatus(viewOf({ task, runs, brief, state, now: world.clock(), operator: world.operator }));
}
