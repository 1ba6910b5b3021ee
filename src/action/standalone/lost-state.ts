import { warning } from "@actions/core";
import { renderNotice } from "#domain/surfaces/notice.ts";
import { taskName } from "#domain/task.ts";
import { restoreTask } from "#operations/restore-task.ts";
import type { Saved } from "../state/turn.ts";
import type { Asked } from "./event.ts";
import type { Plane } from "./plane.ts";
import type { Shop } from "./work-on-issue.ts";

/**
 * What earlier jobs left is gone, or not to be read: said once on the issue. An event of the task's pull request makes the
 * task anew from what GitHub shows, so that it goes on without anybody's doing.
 */
export async function makeUpForLoss(
  shop: Shop,
  plane: Plane,
  of: { issue: number; saved: Saved; asked: Asked },
): Promise<void> {
  const { issue, saved, asked } = of;
  const pull = asked.kind === "told" ? asked.pull : null;
  if (plane.task() !== null || saved.kind === "files" || (saved.kind === "none" && pull === null)) return;
  const isRestored = pull !== null && (await restored(shop, plane, issue, asked));
  const what = saved.kind === "none" ? "is gone." : `cannot be read. ${saved.why}`;
  const sentence = `What earlier jobs left for this issue ${what} Claude's conversation is lost; the branch is not.`;
  const advice = isRestored
    ? "The work goes on from the pull request."
    : "Where nothing goes on by itself, write `/claude run` on the issue.";
  warning(`${sentence} ${advice}`);
  const { store, operator } = plane.world;
  const reason = { code: "state_lost", sentence, advice };
  const body = renderNotice(reason, { actor: shop.job.actor, issue, markerKey: operator.markerKey });
  store.transaction(() => store.notices.insert({ repository: shop.repository, issue, code: reason.code, body }));
}

async function restored({ repository, job }: Shop, plane: Plane, issue: number, asked: Asked): Promise<boolean> {
  if (asked.kind !== "told" || asked.pull === null) return false;
  const { happening } = asked.delivery;
  return await restoreTask(plane.world, {
    repository,
    issue,
    task: taskName(issue),
    pullRequest: asked.pull.number,
    branch: asked.pull.branch,
    by: job.actor,
    review: happening?.kind === "reviewed" ? happening.review : null,
  });
}
