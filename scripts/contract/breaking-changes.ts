type Node = { [key: string]: unknown };

interface BreakingChange {
  version: string;
  /** A JSON merge patch, or a list of JSON Patch steps. */
  patch: Node | { op: string; path: string; value?: unknown }[];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A merge patch, but `required` only ever loses names: several changes to one schema each give their whole list. */
function merge(target: Node, patch: Node): void {
  for (const [key, value] of Object.entries(patch)) {
    const present = target[key];
    if (value === null) delete target[key];
    else if (key === "required" && Array.isArray(value) && Array.isArray(present)) {
      target[key] = present.filter((name) => value.includes(name));
    } else if (isNode(value) && isNode(present)) merge(present, value);
    else target[key] = value;
  }
}

function step(target: Node, { op, path, value }: { op: string; path: string; value?: unknown }): void {
  const keys = path
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = keys.pop() ?? "";
  let parent: unknown = target;
  for (const key of keys) parent = isNode(parent) || Array.isArray(parent) ? (parent as Node)[key] : undefined;
  if (Array.isArray(parent) && op === "remove") parent.splice(Number(last), 1);
  else if (isNode(parent) && op === "remove") delete parent[last];
  else if (isNode(parent)) parent[last] = value;
}

/**
 * Applies what GitHub's description says under `x-github-breaking-changes` for one API version, in place, to every
 * operation and schema below `node`.
 */
export function applyBreakingChanges(node: unknown, version: string): void {
  if (Array.isArray(node)) for (const item of node) applyBreakingChanges(item, version);
  if (!isNode(node)) return;
  for (const value of Object.values(node)) applyBreakingChanges(value, version);
  const changes = (node["x-github-breaking-changes"] ?? []) as BreakingChange[];
  for (const { version: since, patch } of changes) {
    if (since !== version) continue;
    if (Array.isArray(patch)) for (const one of patch) step(node, one);
    else merge(node, patch);
  }
}
