// Writes docs/commands.md from the table of commands. `test/src/domain/commands/page.test.ts` holds the two together.
import { writeFileSync } from "node:fs";
import { renderCommandsPage } from "#domain/commands/page.ts";

writeFileSync(new URL("../docs/commands.md", import.meta.url), renderCommandsPage());
