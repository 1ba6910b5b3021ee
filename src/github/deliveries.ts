import type { FailedDelivery } from "#operations/ports/github.ts";
import { understoodEvents } from "./happenings.ts";
import type { Octokit } from "./octokit.ts";

const pageSize = 100;
/** 10,000 deliveries at a time: what is older is asked for when these are through. */
const pagesRead = 100;

/**
 * What GitHub failed to tell us since then, oldest first: of each GUID that no attempt got through, the newest attempt.
 * GitHub keeps deliveries for three days. Asked as the app itself.
 */
export async function failedDeliveries(app: Octokit, since: number): Promise<FailedDelivery[]> {
  const arrived = new Set<string>();
  const failed = new Map<string, FailedDelivery>();
  let cursor: string | undefined;
  for (let page = 0; page < pagesRead; page += 1) {
    const asked = { per_page: pageSize, ...(cursor === undefined ? {} : { cursor }) };
    const { data, headers } = await app.rest.apps.listWebhookDeliveries(asked);
    for (const delivery of data) {
      if (delivery.status_code >= 200 && delivery.status_code < 300) arrived.add(delivery.guid);
      else if (isUnderstood(delivery) && !failed.has(delivery.guid)) {
        failed.set(delivery.guid, { id: delivery.id, guid: delivery.guid, at: Date.parse(delivery.delivered_at) });
      }
    }
    const oldest = data.at(-1);
    cursor = /[?&]cursor=([^&>]+)[^>]*>;\s*rel="next"/.exec(headers.link ?? "")?.[1];
    if (oldest === undefined || cursor === undefined || Date.parse(oldest.delivered_at) < since) break;
    cursor = decodeURIComponent(cursor);
  }
  return [...failed.values()].filter(({ guid, at }) => at >= since && !arrived.has(guid)).reverse();
}

export async function redeliver(app: Octokit, id: number): Promise<void> {
  await app.rest.apps.redeliverWebhookDelivery({ delivery_id: id });
}

function isUnderstood({ event, action }: { event: string; action: string | null }): boolean {
  return understoodEvents.includes(action === null ? event : `${event}.${action}`);
}
