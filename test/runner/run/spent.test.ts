import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openMemory, withSpent } from "#runner/run/memory.ts";
import { spentBy } from "#runner/run/spent.ts";

const used = { costUsd: 0.25, tokens: { input: 100, cacheRead: 20, cacheWrite: 3, output: 40 } };

it("what each instance of a run has used adds up, also where another runner goes on with the session", () => {
  const folder = mkdtempSync(join(tmpdir(), "cco-spent-"));
  try {
    const first = openMemory(folder, { headSha: null });
    for (const _ of ["lost", "taken over"]) first.keep(withSpent(first.now, spentBy(used)));
    const both = { spentUsd: 0.5, spentTokens: { inputTokens: 246, outputTokens: 80 } };
    expect(openMemory(folder, { headSha: null }).now).toMatchObject(both);
    const elsewhere = openMemory(join(folder, "elsewhere"), { headSha: null, ...both });
    expect(withSpent(elsewhere.now, spentBy(used))).toEqual({
      spentUsd: 0.75,
      spentTokens: { inputTokens: 369, outputTokens: 120 },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
