import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Context } from "../context.ts";
import { dashboardHere } from "../programs/here.ts";
import type { Check } from "./check.ts";

const run = promisify(execFile);
const buildMs = 5 * 60_000;

/** Whether the control plane has a dashboard to show: a clone builds its own. */
export async function checkDashboard({ env }: Context): Promise<Check[]> {
  const name = "dashboard";
  const { isBuilt, source } = await dashboardHere();
  if (isBuilt) return [{ name, verdict: "good", found: "built" }];
  if (source === null)
    return [{ name, verdict: "note", found: "not in this package", advice: "Install cc-orchestrator again." }];
  const apply = async () =>
    void (await run("npm", ["run", "build"], { cwd: source, env: { ...env }, timeout: buildMs }));
  const advice = `Build it: npm run build (in ${source})`;
  return [{ name, verdict: "note", found: "not built yet", advice, fix: { done: "built the dashboard", apply } }];
}
