import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderCommandsPage } from "#domain/commands/page.ts";
import { usageOf, verbNames } from "#domain/commands/verbs.ts";

test("docs/commands.md is what the table says; `node test/docs/write.ts` makes it anew", () => {
  const page = readFileSync(new URL("../../../../docs/commands.md", import.meta.url), "utf8");
  expect(page).toBe(renderCommandsPage());
  for (const verb of verbNames) expect(page.replaceAll("\\|", "|")).toContain(`\`${usageOf(verb)}\``);
});
