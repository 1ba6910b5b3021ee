import type { Schema } from "#test/github/contract/sliced.ts";

/** Keywords that say nothing about what is valid. */
const dropped = new Set([
  "example",
  "examples",
  "description",
  "title",
  "externalDocs",
  "deprecated",
  "readOnly",
  "writeOnly",
  "discriminator",
  "default",
  "nullable",
  "xml",
]);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function convertAll(values: unknown): Schema[] {
  return Array.isArray(values) ? values.map(convertSchema) : [];
}

function convertProperties(properties: unknown): Record<string, Schema> {
  if (!isObject(properties)) return {};
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, convertSchema(schema)]));
}

/**
 * Turns one OpenAPI 3.0 schema into JSON Schema: `nullable` becomes a type or an alternative, overlapping `oneOf`
 * becomes `anyOf`, and properties are walked by name, because `default`, `enum` and `example` are property names too.
 * References to `#/components/schemas/NAME` become `components#/NAME`.
 */
export function convertSchema(source: unknown): Schema {
  if (!isObject(source)) return {};
  if (typeof source.$ref === "string") {
    const reference = { $ref: source.$ref.replace("#/components/schemas/", "components#/") };
    return source.nullable === true ? { anyOf: [{ type: "null" }, reference] } : reference;
  }
  const schema: Schema = {};
  for (const [keyword, value] of Object.entries(source)) {
    if (dropped.has(keyword) || keyword.startsWith("x-")) continue;
    if (keyword === "properties") schema.properties = convertProperties(value);
    else if (keyword === "oneOf" || keyword === "anyOf") schema.anyOf = convertAll(value);
    else if (keyword === "allOf") schema.allOf = convertAll(value);
    else if (keyword === "items" || keyword === "not") schema[keyword] = convertSchema(value);
    else if (keyword === "additionalProperties") schema[keyword] = isObject(value) ? convertSchema(value) : value;
    else schema[keyword] = value;
  }
  return source.nullable === true ? allowNull(schema) : schema;
}

function allowNull(schema: Schema): Schema {
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum = [...schema.enum, null];
  if (typeof schema.type === "string") return { ...schema, type: [schema.type, "null"] };
  if (Object.keys(schema).length === 0) return schema;
  return { anyOf: [{ type: "null" }, schema] };
}

/** Calls back for every component that a converted schema refers to. */
export function referencesOf(schema: unknown, found: (name: string) => void): void {
  if (Array.isArray(schema)) for (const item of schema) referencesOf(item, found);
  if (!isObject(schema)) return;
  if (typeof schema.$ref === "string") found(schema.$ref.replace("components#/", ""));
  for (const value of Object.values(schema)) referencesOf(value, found);
}
