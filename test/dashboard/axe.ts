import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core (https://github.com/dequelabs/axe-core) says about the page: its serious findings, each with where. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Through the debugger, so that the page's own policy against foreign scripts stays in force.
  await page.evaluate(source);
  return page.evaluate(async () => {
    type Found = {
      id: string;
      impact: string | null;
      help: string;
      nodes: { target: unknown[]; failureSummary?: string }[];
    };
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Found[] }> } };
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => {
        const [first] = nodes;
        return `${id}: ${help} (${nodes.length}× as at ${String(first?.target)}: ${first?.failureSummary ?? ""})`;
      });
  });
}
