import { type Document, isMap, isNode, isScalar } from "yaml";
import type { z } from "zod";
import { Limits, Policy, PriorityLabels, Roles } from "#protocol/policy.ts";
import { nearest } from "./text/nearest.ts";

/** Something wrong at a place of a policy file. */
export type Found = { offset: number; sentence: string };

type Issue = z.core.$ZodIssue;

/** Where the schema does not fit, in words that say what to write instead. */
export function schemaProblems(document: Document.Parsed, issues: readonly Issue[]): Found[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
    if (issue.code === "unrecognized_keys")
      return issue.keys.slice(0, 100).map((key) => ({
        offset: offsetOfKey(document, [...path, key]),
        sentence: unknownKey(path, key),
      }));
    return [{ offset: offsetOf(document, path), sentence: wrongValue(document, path, issue) }];
  });
}

function unknownKey(path: readonly (string | number)[], key: string): string {
  const parts: Record<string, object> = {
    limits: Limits.shape,
    roles: Roles.shape,
    priority_labels: PriorityLabels.shape,
  };
  const known = Object.keys(parts[path[0] ?? ""] ?? Policy.shape);
  const meant = nearest(key, known);
  const name = quoted(key);
  if (meant !== null) return `There is no key ${name} here; did you mean \`${meant}\`?`;
  return `There is no key ${name} here; the keys are ${known.map((one) => `\`${one}\``).join(", ")}.`;
}

function wrongValue(document: Document.Parsed, path: readonly (string | number)[], issue: Issue): string {
  if (path.length === 0) return "The file has to be a mapping of keys to values, as in `label: claude`.";
  const name = quoted(
    path.reduce<string>(
      (all, part) => (typeof part === "number" ? `${all}[${part}]` : all === "" ? part : `${all}.${part}`),
      "",
    ),
  );
  switch (issue.code) {
    case "invalid_type":
      return `${name} ${typeWords(document, path, issue.expected)}`;
    case "invalid_value":
      return `${name} has to be one of ${issue.values.map((value) => `\`${String(value)}\``).join(", ")}.`;
    case "too_small":
      return `${name} has to ${sizeWords(issue.origin)} at least ${issue.minimum}${unitOf(issue.origin)}.`;
    case "too_big":
      return `${name} has to ${sizeWords(issue.origin)} at most ${issue.maximum}${unitOf(issue.origin)}.`;
    default:
      return `${name} is not right: ${issue.message}.`;
  }
}

const expectations: Record<string, string> = {
  string: "has to be text; put it in quotes.",
  number: "has to be a number.",
  int: "has to be a whole number.",
  boolean: "has to be `true` or `false`.",
  object: "has to be a mapping of keys to values.",
};

function typeWords(document: Document.Parsed, path: readonly (string | number)[], expected: string): string {
  const node = document.getIn(path, true);
  if (node === null || (isScalar(node) && node.value === null))
    return "has no value; give it one or leave the key out.";
  if (expected === "array")
    return `has to be a list, as in \`${String(path.at(-1))}: [${isScalar(node) ? exampleOf(node.value) : "…"}]\`.`;
  return expectations[expected] ?? `has to be of the type ${expected}.`;
}

function exampleOf(value: unknown): string {
  const text = String(value);
  return /^[A-Za-z0-9 ._/-]{1,40}$/.test(text) ? text : "…";
}

function sizeWords(origin: string): string {
  return origin === "number" || origin === "int" ? "be" : "have";
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " entries" : "";
}

/** Where the value begins; where its key or its parent begins when it has no place of its own. */
function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range && !(isScalar(node) && node.value === null)) return node.range[0];
    const key = offsetOfKey(document, path.slice(0, length));
    if (key > 0) return key;
  }
  return document.contents?.range?.[0] ?? 0;
}

function offsetOfKey(document: Document.Parsed, path: readonly (string | number)[]): number {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return 0;
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === path.at(-1));
  return isScalar(pair?.key) && pair.key.range ? pair.key.range[0] : 0;
}

function quoted(name: string): string {
  return `\`${name.replace(/[`\s]+/g, " ").slice(0, 80)}\``;
}
