import { type Client, RefusedError, UnreachableError } from "#protocol/client.ts";
import type { Integration } from "#protocol/integration.ts";
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
    const places = await placesOf(call);
    if (online > 0) return [served, { name: "runners", verdict: "good", found: `${online} online` }, ...places];
    const advice = "Start one: cc-orchestrator runner start";
    return [served, { name: "runners", verdict: "note", found: "none online", advice }, ...places];
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

/** How it goes with the places outside GitHub, for those who may know. */
async function placesOf(call: Client): Promise<Check[]> {
  try {
    const { integrations } = await call("listIntegrations", { timeoutMs: 5_000 });
    return integrations.map(placeCheck);
  } catch (error) {
    // Not for everybody's eyes, or a server of before there were any.
    if (error instanceof RefusedError) return [];
    throw error;
  }
}

/** A place that fails keeps no task from going on. */
function placeCheck({ name, state, sentence, pending }: Integration): Check {
  const found = `${sentence}${pending > 0 ? ` ${pending} wait.` : ""}`;
  if (state !== "failing") return { name, verdict: "good", found };
  return { name, verdict: "note", found, advice: `Try it: cc-orchestrator integrations test ${name}` };
}
