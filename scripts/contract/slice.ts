// Writes the part of GitHub's OpenAPI description that our stand-in serves and sends:
//   node scripts/contract/slice.ts
// Reads one file of @octokit/openapi only: loading the package's index takes 884 MB of memory.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Schema, Slice, SlicedOperation, SlicedParameter } from "#test/github/contract/sliced.ts";
import { routes } from "#test/github/routes/table.ts";
import { subscribableEvents } from "#test/github/webhooks/events.ts";
import { applyBreakingChanges } from "./breaking-changes.ts";
import { convertSchema, referencesOf } from "./convert.ts";

type Node = { [key: string]: unknown };

const newerVersion = "2026-03-10";
const root = join(import.meta.dirname, "../..");
const folder = join(root, "node_modules/@octokit/openapi");
const description = JSON.parse(readFileSync(join(folder, "generated/api.github.com.json"), "utf8")) as {
  paths: Record<string, Record<string, Node>>;
  "x-webhooks": Record<string, { post: Node }>;
  components: Record<string, Record<string, Node>>;
};
const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };

/** Follows a reference to a shared parameter or response; schemas keep theirs. */
function follow(node: Node): Node {
  const match = typeof node.$ref === "string" ? /^#\/components\/(\w+)\/(.+)$/.exec(node.$ref) : null;
  if (!match) return node;
  const target = description.components[match[1] ?? ""]?.[match[2] ?? ""];
  if (!target) throw new Error(`Nothing at ${String(node.$ref)}`);
  return target;
}

function jsonSchemaOf(content: unknown): Schema | null {
  const media = Object.entries((content ?? {}) as Record<string, Node>).find(([type]) => type.includes("json"));
  return media ? convertSchema(media[1].schema) : null;
}

function sliceOperation(operation: Node): SlicedOperation {
  const parameters = ((operation.parameters ?? []) as Node[]).map(follow).flatMap((parameter): SlicedParameter[] =>
    parameter.in === "path" || parameter.in === "query"
      ? [
          {
            name: String(parameter.name),
            in: parameter.in,
            required: parameter.required === true,
            schema: convertSchema(parameter.schema),
          },
        ]
      : [],
  );
  const body = operation.requestBody ? follow(operation.requestBody as Node) : null;
  const schema = body ? jsonSchemaOf(body.content) : null;
  const responses = Object.entries(operation.responses as Record<string, Node>).map(([status, response]) => [
    status,
    jsonSchemaOf(follow(response).content),
  ]);
  return {
    operationId: String(operation.operationId),
    parameters,
    body: schema ? { required: body?.required === true, schema } : null,
    responses: Object.fromEntries(responses),
  };
}

function sliceOperations(): Record<string, SlicedOperation> {
  const operations: Record<string, SlicedOperation> = {};
  for (const { method, path } of routes) {
    const operation = description.paths[path]?.[method.toLowerCase()];
    if (!operation) throw new Error(`GitHub's description has no ${method} ${path}`);
    operations[`${method} ${path}`] = sliceOperation(operation);
  }
  return operations;
}

function sliceWebhooks(): Record<string, Schema> {
  const webhooks: Record<string, Schema> = {};
  for (const { post } of Object.values(description["x-webhooks"])) {
    const [event = "", action] = String(post.operationId).replaceAll("-", "_").split("/");
    if (!subscribableEvents.includes(event)) continue;
    const schema = jsonSchemaOf((post.requestBody as Node).content);
    if (schema) webhooks[action ? `${event}.${action}` : event] = schema;
  }
  return webhooks;
}

function sliceComponents(...roots: unknown[]): Record<string, Schema> {
  const components: Record<string, Schema> = {};
  const take = (name: string): void => {
    if (components[name]) return;
    const source = description.components.schemas?.[name];
    if (!source) throw new Error(`GitHub's description has no schema ${name}`);
    const schema = convertSchema(source);
    components[name] = schema;
    referencesOf(schema, take);
  };
  for (const node of roots) referencesOf(node, take);
  take("basic-error");
  take("validation-error");
  return Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What of `after` is not the same in `before`. */
function differing<Value>(before: Record<string, Value>, after: Record<string, Value>): Record<string, Value> {
  const same = (name: string): boolean => JSON.stringify(before[name]) === JSON.stringify(after[name]);
  return Object.fromEntries(Object.entries(after).filter(([name]) => !same(name)));
}

const operations = sliceOperations();
const webhooks = sliceWebhooks();
const components = sliceComponents(operations, webhooks);

// Webhooks keep their version: an App chooses it for them apart from its calls.
applyBreakingChanges(description.paths, newerVersion);
for (const [name, schema] of Object.entries(description.components.schemas ?? {})) {
  if (!name.startsWith("webhook")) applyBreakingChanges(schema, newerVersion);
}
const newerOperations = sliceOperations();
const newer = {
  operations: differing(operations, newerOperations),
  components: differing(components, sliceComponents(newerOperations)),
};

const slice: Slice = {
  source: `@octokit/openapi ${version}`,
  operations,
  webhooks,
  components,
  newer: { [newerVersion]: newer },
};
const text = `${JSON.stringify(slice)}\n`;
writeFileSync(join(root, "test/github/contract/slice.json"), text);
process.stdout.write(
  `${Object.keys(operations).length} operations, ${Object.keys(webhooks).length} webhooks, ` +
    `${Object.keys(components).length} components; ${newerVersion} differs in ` +
    `${Object.keys(newer.operations).length} operations and ${Object.keys(newer.components).length} components; ` +
    `${text.length} bytes\n`,
);
