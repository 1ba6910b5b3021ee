import type { Reason } from "#protocol/words.ts";
import { noticeMarker } from "./marker.ts";
import { reasonText } from "./parts.ts";

/** A one-time reply to somebody whose wish was refused. It mentions that person and nobody else. */
export function renderNotice(reason: Reason, of: { actor: string; issue: number; markerKey: string }): string {
  const isLogin = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/.test(of.actor);
  const marker = noticeMarker({ issue: of.issue, code: reason.code }, of.markerKey);
  return `${marker}\n\n${isLogin ? `@${of.actor}: ` : ""}${reasonText(reason)}`;
}
