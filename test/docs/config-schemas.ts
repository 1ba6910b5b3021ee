import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Policy } from "#protocol/policy.ts";
import { openFiles } from "../../src/config/files.ts";
import { WrittenIntegrations } from "../../src/config/integrations.ts";
import { runnerSettings } from "../../src/config/runner-settings.ts";
import { serverSettings } from "../../src/config/server-settings.ts";
import type { Setting } from "../../src/config/setting.ts";
import { clientSettings } from "../../src/config/settings.ts";

type Schema = Record<string, unknown> & { properties?: Record<string, Schema> };

const draft = "https://json-schema.org/draft/2020-12/schema";

/** The JSON Schema of `.github/cc-orchestrator.yml`, each key with its line of docs/policy.md. */
export function renderPolicySchema(root: string): string {
  const schema = z.toJSONSchema(Policy, { io: "input" }) as Schema;
  const table = readFileSync(join(root, "docs/policy.md"), "utf8").matchAll(
    /^\| `([a-z_.]+)` +\|[^|]*\|[^|]*\| (.+?) +\|$/gm,
  );
  for (const [, key = "", words = ""] of table) {
    const place = key.split(".").reduce<Schema | undefined>((at, part) => at?.properties?.[part], schema);
    if (place !== undefined) place.description = words.replace(/\[([^\]]+)\]\([^)]+\)/g, "$1");
  }
  return rendered({ ...schema, title: "What cc-orchestrator may do in a repository" });
}

/** The JSON Schema of config.yaml: of every setting that the file may hold. */
export async function renderConfigSchema(): Promise<string> {
  const files = await openFiles({ HOME: "/nowhere" }, null);
  const tables = [serverSettings, runnerSettings, clientSettings].map((table) => table({}, files, false));
  const root: Schema = { type: "object", additionalProperties: false, properties: {} };
  for (const table of tables) for (const setting of Object.values(table)) put(root, setting as Setting<unknown>);
  return rendered({ $schema: draft, title: "config.yaml of cc-orchestrator", ...root });
}

function put(root: Schema, { entry, parse, secret, variables }: Setting<unknown>): void {
  if (entry === null) return;
  const way = entry.split(".");
  const last = way.pop() ?? "";
  const place = way.reduce((at, part) => {
    at.properties ??= {};
    at.properties[part] ??= { type: ["object", "null"], additionalProperties: false, properties: {} };
    return at.properties[part];
  }, root);
  const [variable] = variables;
  const words = [
    ...(variable === undefined ? [] : [`In the environment: ${variable}.`]),
    ...(secret === true ? ["Secret: refused in a file that others can read."] : []),
  ];
  place.properties ??= {};
  place.properties[last] = {
    ...(entry === "integrations" ? integrations() : (parse.fitting ?? { type: "string" })),
    ...(words.length === 0 ? {} : { description: words.join(" ") }),
  };
}

function integrations(): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(WrittenIntegrations, {
    io: "input",
    unrepresentable: "any",
  }) as Schema;
  return schema;
}

function rendered(schema: Schema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
