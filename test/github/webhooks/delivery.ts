import type { Json } from "../render/json.ts";
import { at } from "../render/json.ts";

/** One try to hand an event over. A redelivery is a new delivery with the same GUID. */
export interface Delivery {
  id: number;
  guid: string;
  event: string;
  action: string | null;
  redelivery: boolean;
  createdAt: Date;
  finishedAt: Date | null;
  durationMs: number;
  /** 0 while pending or when nobody answered. */
  statusCode: number;
  /** GitHub's words: OK, or what went wrong. */
  status: string;
  succeeded: boolean;
  url: string;
  installationId: number | null;
  repositoryId: number | null;
  request: { headers: Record<string, string>; payload: Json; raw: string };
  response: { headers: Record<string, string>; payload: string };
}

/** GitHub's `hook-delivery-item`. */
export function renderDeliveryItem(delivery: Delivery): Json {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: at(delivery.createdAt),
    redelivery: delivery.redelivery,
    duration: delivery.durationMs / 1000,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

/** GitHub's `hook-delivery`, with what was sent and answered. */
export function renderDelivery(delivery: Delivery): Json {
  return {
    ...renderDeliveryItem(delivery),
    url: delivery.url,
    request: { headers: delivery.request.headers, payload: delivery.request.payload },
    response: { headers: delivery.response.headers, payload: delivery.response.payload },
  };
}
