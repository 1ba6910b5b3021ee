import { expect, test } from "vitest";
import { aSecret, openWebhookServer } from "#test/src/integrations/receiver.ts";
import { until } from "#test/world/until.ts";
import { openWorld } from "#test/world/world.ts";
import { noIntegrations } from "../../src/config/integrations.ts";

test("a labelled issue is told to a receiver as it goes; one that nobody answers for keeps nothing waiting", async () => {
  const server = await openWebhookServer(aSecret("a"));
  const to = (name: string, url: string) => ({ name, url, events: ["*"], secrets: [aSecret("a")], mayGoInside: true });
  const world = await openWorld({
    runner: false,
    // Port 9 is the discard service, which nobody runs.
    integrations: {
      ...noIntegrations,
      webhooks: [to("ops", server.url), to("away", "http://127.0.0.1:9/")],
    },
  });
  try {
    const issue = world.github.as("ada").openIssue(world.repo, { title: "Greet in French", body: "Say bonjour." });
    world.github.as("ada").label(world.repo, issue, "claude");
    await until("the first event", () => server.taken.find(({ type }) => type === "run.queued") ?? null);
    world.github.as("ada").unlabel(world.repo, issue, "claude");
    await until("the last event", () => server.taken.find(({ type }) => type === "task.completed") ?? null);
    expect(server.taken.map(({ type }) => type).slice(0, 2)).toEqual(["task.created", "run.queued"]);

    const tested = await world.operator("testIntegration", { params: { integration: "ops" }, body: {} });
    // The answer is there when it is clear what has come of it.
    expect(tested.integration).toMatchObject({ state: "good", sentence: expect.stringContaining("took") });
    expect(server.taken.at(-1)?.type).toBe("webhook.test");
    await until("its record", async () => {
      const { integrations } = await world.operator("listIntegrations");
      const states = Object.fromEntries(integrations.map(({ name, state }) => [name, state]));
      return states.ops === "good" && states.away === "failing" ? true : null;
    });
    const refused = world.operator("testIntegration", { params: { integration: "nobody" }, body: {} });
    await expect(refused).rejects.toThrow("no integration called nobody");
  } finally {
    await world.close();
    await server.close();
  }
});
