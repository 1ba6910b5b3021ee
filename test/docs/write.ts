// Brings the documents that are made from the code up to it, and the blocks of others:
//   node test/docs/write.ts
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderCommandsPage } from "#domain/commands/page.ts";
import { blocks, documents, withBlocks } from "./blocks.ts";
import { renderCliPage } from "./cli-page.ts";
import { renderConfigSchema, renderPolicySchema } from "./config-schemas.ts";
import { renderEventSchemas } from "./event-schemas.ts";
import { renderCliSchema } from "./json-shapes.ts";

const root = join(import.meta.dirname, "../..");
const made = blocks(root);
for (const name of documents) write(name, (before) => withBlocks(before, made));
write("docs/commands.md", () => renderCommandsPage());
write("docs/integrations/events.schema.json", renderEventSchemas);
const [cliPage, configSchema] = await Promise.all([renderCliPage(), renderConfigSchema()]);
write("docs/cli.md", () => cliPage);
write("docs/cli.schema.json", renderCliSchema);
write("docs/config.schema.json", () => configSchema);
write("docs/policy.schema.json", () => renderPolicySchema(root));

function write(name: string, make: (before: string) => string): void {
  const path = join(root, name);
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const after = make(before);
  if (after === before) return;
  writeFileSync(path, after);
  process.stderr.write(`${name} is up to date now\n`);
}
