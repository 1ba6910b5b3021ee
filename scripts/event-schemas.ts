// Writes docs/integrations/events.schema.json: what our webhooks carry, as JSON Schema.
import { writeFileSync } from "node:fs";
import { renderEventSchemas } from "#test/docs/event-schemas.ts";

writeFileSync(new URL("../docs/integrations/events.schema.json", import.meta.url), renderEventSchemas());
