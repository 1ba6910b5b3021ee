// Brings the blocks of the documents that are made from the code up to it:
//   node test/docs/write.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blocks, documents, withBlocks } from "./blocks.ts";

const root = join(import.meta.dirname, "../..");
const made = blocks(root);
for (const name of documents) {
  const path = join(root, name);
  const before = readFileSync(path, "utf8");
  const after = withBlocks(before, made);
  if (after === before) continue;
  writeFileSync(path, after);
  process.stderr.write(`${name} is up to date now\n`);
}
