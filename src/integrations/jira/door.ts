import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Door } from "#operations/ports/elsewhere.ts";
import { jiraPath } from "#protocol/integration.ts";
import { jsonIn } from "../json-in.ts";
import { JiraTicket } from "./ticket.ts";

const Told = z.object({ issue: z.object({ key: JiraTicket.shape.key }) });

/**
 * Where Jira posts what has changed. It is signed with the secret of the webhook
 * (https://developer.atlassian.com/cloud/jira/platform/webhooks/#secured-webhooks); whatever is not gets 401. Nothing of
 * what it tells is believed but the name of the ticket, which is then read.
 */
export function openJiraDoor(of: { secrets: readonly string[]; look: (key: string) => void }): Door {
  return {
    path: jiraPath,
    hear({ headers, body }) {
      const signature = headers["x-hub-signature"];
      if (typeof signature !== "string" || !of.secrets.some((secret) => isSigned(secret, signature, body)))
        return { status: 401, json: { error: "The signature is missing or wrong" } };
      const read = Told.safeParse(jsonIn(body));
      // Of a project, a sprint or a user: not for us.
      if (!read.success) return { status: 200, json: { looked: false } };
      const { key } = read.data.issue;
      return { status: 200, json: { looked: true }, after: () => of.look(key) };
    },
  };
}

function isSigned(secret: string, signature: string, body: Uint8Array): boolean {
  const wanted = Buffer.from(`sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
  const given = Buffer.from(signature);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
