import { z } from "zod";
import { eventSchema, eventTypes } from "#protocol/event.ts";

/** The JSON Schema of everything that our webhooks carry: one of the kinds of events, told apart by `type`. */
export function renderEventSchemas(): string {
  const kinds = eventTypes.map((type) => eventSchema(type)) as unknown as [z.ZodObject, ...z.ZodObject[]];
  const schema = z.toJSONSchema(z.union(kinds), { io: "output", reused: "ref" });
  return `${JSON.stringify({ title: "Webhooks of CC-Orchestrator", ...schema }, null, 2)}\n`;
}
