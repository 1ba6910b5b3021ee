import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { annotationPieces } from "#test/docs/annotations.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

test("docs/action.md has every sentence that the Action says in an annotation", () => {
  const page = readFileSync(join(root, "docs/action.md"), "utf8");
  const pieces = annotationPieces(root);
  expect(pieces.length).toBeGreaterThan(40);
  expect(pieces).toContain("give one of anthropic-api-key, claude-code-oauth-token, use-bedrock and use-vertex");
  expect(pieces.filter((piece) => !page.includes(piece))).toEqual([]);
});
