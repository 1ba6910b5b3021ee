import { createHmac, timingSafeEqual } from "node:crypto";
import type { Door, DoorAnswer } from "#operations/ports/elsewhere.ts";
import { slackPath } from "#protocol/integration.ts";
import { jsonIn } from "../json-in.ts";

/** What Slack posted is not heard when it was signed longer ago (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
const freshMs = 5 * 60_000;

/** What people do in Slack, once it is known to come from there. */
export type SlackDeeds = { interacted(body: unknown): void; spoken(body: unknown): void };

/**
 * Where Slack posts what people press and write, for those who would rather have it by HTTP than by Socket Mode. It has
 * its answer at once, since it waits three seconds only; what comes of it is told afterwards.
 * @param deeds null while nobody listens
 */
export function openSlackDoor(of: { secret: string; clock: () => number; deeds: () => SlackDeeds | null }): Door {
  return {
    path: slackPath,
    hear({ headers, body }) {
      if (!isSigned(of.secret, headers, body, of.clock()))
        return { status: 401, json: { error: "The signature is missing, old or wrong" } };
      const form = new URLSearchParams(Buffer.from(body).toString("utf8"));
      const payload = form.get("payload");
      const deeds = of.deeds();
      if (payload !== null) {
        const pressed = jsonIn(payload);
        return pressed == null ? notOurs : done(() => deeds?.interacted(pressed));
      }
      return form.has("command") ? done(() => deeds?.spoken(Object.fromEntries(form))) : notOurs;
    },
  };
}

const notOurs: DoorAnswer = { status: 400, json: { error: "This is neither a press nor a command" } };

/** An empty answer: anything else would be shown. */
function done(after: () => void): DoorAnswer {
  return { status: 200, json: null, after };
}

function isSigned(
  secret: string,
  headers: Parameters<Door["hear"]>[0]["headers"],
  body: Uint8Array,
  now: number,
): boolean {
  const timestamp = headers["x-slack-request-timestamp"];
  const signature = headers["x-slack-signature"];
  if (typeof timestamp !== "string" || typeof signature !== "string" || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now - Number(timestamp) * 1_000) > freshMs) return false;
  const base = Buffer.concat([Buffer.from(`v0:${timestamp}:`), body]);
  const wanted = Buffer.from(`v0=${createHmac("sha256", secret).update(base).digest("hex")}`);
  const given = Buffer.from(signature);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
