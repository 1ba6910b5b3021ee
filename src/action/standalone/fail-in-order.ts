import { renderNotice } from "#domain/surfaces/notice.ts";
import { type Kept, type Turn, TurnLostError } from "../state/turn.ts";
import type { Plane } from "./plane.ts";
import type { Shop } from "./work-on-issue.ts";

/**
 * The job cannot go on with an issue, as when Claude Code cannot be installed: what there is of the task is kept, and the
 * issue says why it stands still. The turn is free again at once.
 * @param of.told waits until GitHub shows what it is to show
 */
export async function failInOrder(
  error: unknown,
  of: { shop: Shop; plane: Plane; issue: number; turn: Turn; kept: () => Promise<Kept>; told: () => Promise<void> },
): Promise<void> {
  const { shop, plane, issue, turn } = of;
  if (error instanceof TurnLostError) return;
  try {
    if (plane.task() === null) return await turn.leave();
    sayOnIssue(shop, plane, issue, error instanceof Error ? error.message : String(error));
    await of.told();
    await turn.giveBack(await of.kept());
  } catch (another) {
    shop.log.warn({ error: String(another) }, "the end of the job could not be kept, the next one waits for its turn");
  }
}

function sayOnIssue({ repository, job }: Shop, plane: Plane, issue: number, why: string): void {
  const { store, operator } = plane.world;
  const sentence = `The job ended before it could do anything more: ${why}`.slice(0, 2_000);
  const page = job.url === null ? "" : ` [The job's log](${job.url}) tells more.`;
  const reason = { code: "job_failed", sentence, advice: `The next event goes on, or \`/claude run\` here.${page}` };
  const body = renderNotice(reason, { actor: job.actor, issue, markerKey: operator.markerKey });
  store.transaction(() => store.notices.insert({ repository, issue, code: reason.code, body }));
  plane.world.bell.work();
}
