import { type Client, RefusedError, UnreachableError } from "#protocol/client.ts";
import type { Check } from "./check.ts";

/**
 * Whether the control plane answers, knows us and has somebody to do the work.
 * @param isNamed whether somebody said which server: else one that is not started yet is no mistake
 */
export async function checkServer(call: Client, server: string, isNamed: boolean): Promise<Check[]> {
  const name = "server";
  try {
    const { version } = await call("health", { timeoutMs: 5_000 });
    const { runners } = await call("listRunners", { timeoutMs: 5_000 });
    const online = runners.filter(({ state }) => state !== "offline").length;
    const served: Check = { name, verdict: "good", found: `${version} at ${server}` };
    if (online > 0) return [served, { name: "runners", verdict: "good", found: `${online} online` }];
    const advice = "Start one: cc-orchestrator runner start";
    return [served, { name: "runners", verdict: "note", found: "none online", advice }];
  } catch (error) {
    if (error instanceof RefusedError)
      return [
        {
          name,
          verdict: "missing",
          found: `${server} refuses: ${error.problem.title}`,
          advice:
            "Run this as the user who runs the server, or set CC_ORCHESTRATOR_TOKEN to the content of its operator.token.",
        },
      ];
    if (!(error instanceof UnreachableError)) throw error;
    const found = `nothing answers at ${server}`;
    return [{ name, verdict: isNamed ? "missing" : "note", found, advice: "Start it: cc-orchestrator web start" }];
  }
}
