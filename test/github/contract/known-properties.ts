import type { Schema } from "./sliced.ts";

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The names of the properties that a schema describes, through references and alternatives, or `null` when it leaves
 * the names open (free-form objects).
 */
export function knownProperties(schema: Schema, components: Record<string, Schema>): Set<string> | null {
  if (typeof schema.$ref === "string") {
    const target = components[schema.$ref.replace("components#/", "")];
    return target ? knownProperties(target, components) : null;
  }
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== false) return null;
  const known = new Set(isSchema(schema.properties) ? Object.keys(schema.properties) : []);
  for (const part of [schema.allOf, schema.anyOf].flatMap((list) => (Array.isArray(list) ? list : []))) {
    if (!isSchema(part) || part.type === "null" || Object.keys(part).every((word) => word === "required")) continue;
    if (part.type !== undefined && part.type !== "object") continue;
    const names = knownProperties(part, components);
    if (!names) return null;
    for (const name of names) known.add(name);
  }
  return known.size > 0 ? known : null;
}
