import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { ensureBuilt } from "./built.ts";

test("the first page is at most 60 KB over the wire, packed", async () => {
  await ensureBuilt();
  const folder = new URL("../../dist/dashboard/", import.meta.url);
  const index = readFileSync(new URL("index.html", folder), "utf8");
  const named = [...index.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
  expect(named.length).toBeGreaterThan(1);
  const sizes = ["index.html", ...named].map((path) => gzipSync(readFileSync(new URL(path, folder))).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60 * 1024);
});
