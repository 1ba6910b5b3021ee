/** A runner that starts one instance and stays: `node starter.ts <home> <spec as JSON>`. Tests kill it. */
import { openTerminals, type TerminalSpec } from "#runner/terminal/terminals.ts";
import { until } from "./until.ts";

const [home = "", spec = "{}"] = process.argv.slice(2);
const terminal = await openTerminals({ home }).start(JSON.parse(spec) as TerminalSpec);
await until(async () => (await terminal.tree()).pid !== null);
console.log((await terminal.tree()).pid);
await terminal.exited;
