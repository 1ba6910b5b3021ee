import type { Logger } from "pino";
import { lookAtPullRequest } from "#operations/follow-look.ts";
import type { DueLook } from "#operations/ports/follow-ups.ts";
import { GitHubBusyError } from "#operations/ports/github.ts";
import type { World } from "#operations/ports/world.ts";
import { writeReviewAnswers } from "#operations/write-review-answers.ts";
import { type Loop, openLoop } from "./loop.ts";

const slowestRetryMs = 10 * 60_000;

/** Looks at pull requests that events have pointed to, and answers the reviews that were worked through. */
export function openFollowLoop(world: World, log: Logger): Loop {
  return openLoop({
    clock: world.clock,
    retryMs: 5_000,
    onError: (error) => log.warn({ error: describe(error) }, "reviews could not be answered, will try again"),
    async turn() {
      for (const looks of byTask(world.store.followUps.due(world.clock()))) await look(world, looks, log);
      await writeReviewAnswers(world);
      return world.store.followUps.nextDueAt();
    },
  });
}

/** A pull request that cannot be looked at now leaves the others alone. */
async function look(world: World, looks: readonly DueLook[], log: Logger): Promise<void> {
  try {
    await lookAtPullRequest(world, looks);
  } catch (error) {
    const tries = Math.max(...looks.map((one) => one.tries));
    const later = world.clock() + Math.min(slowestRetryMs, 2_000 * 2 ** Math.min(tries, 10));
    const at = error instanceof GitHubBusyError ? error.until : later;
    world.store.transaction(() => {
      for (const one of looks) world.store.followUps.postpone(one, at);
    });
    log.warn({ task: looks[0]?.taskId, error: describe(error), at: new Date(at).toISOString() }, "a look has to wait");
  }
}

function byTask(looks: readonly DueLook[]): DueLook[][] {
  return [...Map.groupBy(looks, ({ taskId }) => taskId).values()];
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
