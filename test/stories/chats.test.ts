import { expect, test } from "vitest";
import { discordPath } from "#protocol/integration.ts";
import { openDiscordStandIn } from "#test/discord/discord.ts";
import { openSlackStandIn } from "#test/slack/slack.ts";
import { until } from "#test/world/until.ts";
import { openWorld } from "#test/world/world.ts";
import { noIntegrations } from "../../src/config/integrations.ts";

test("a labelled issue is shown in Slack and in Discord, stopped from one and taken up again from the other", async () => {
  const slack = await openSlackStandIn();
  const discord = await openDiscordStandIn();
  const ada = "600000000000000006";
  const { token, channel, publicKey } = discord;
  const world = await openWorld({
    runner: false,
    integrations: {
      ...noIntegrations,
      slack: { ...slack, people: { U1: "ada" } },
      discord: {
        to: { kind: "bot", channel, token, publicKey },
        apiUrl: discord.apiUrl,
        people: { [ada]: "ada" },
      },
    },
  });
  const door = `${world.server.url}${discordPath}`;
  try {
    const issue = world.github.as("ada").openIssue(world.repo, { title: "Greet in French", body: "Say bonjour." });
    world.github.as("ada").label(world.repo, issue, "claude");
    await until("both messages", () => (slack.messages[0] && discord.messages[0]) ?? null);
    await until("Slack's socket", () => slack.connected() === 1 || null);
    await slack.press({ user: "U1", action: "cco:stop", value: "TASK-1" });
    await until("what Slack says", () => slack.whispers[0] ?? null);
    expect(slack.whispers[0]?.text).toBe("Done: TASK-1 is asked to stop.");
    const retry = await until("Discord's button", () => {
      const buttons = discord.messages[0]?.components.flatMap(({ components }) => components) ?? [];
      return buttons.find(({ label }) => label === "Retry") ?? null;
    });
    const press = { type: 3, user: ada, data: { custom_id: retry.custom_id }, at: Date.now() };
    expect((await discord.interact(door, { ...press, wrong: "key" })).status).toBe(401);
    await discord.interact(door, press);
    await until("what Discord says", () => discord.filledIn[0] ?? null);
    const { task } = await world.operator("showTask", { params: { task: "TASK-1" } });
    expect(task.runs).toHaveLength(2);
    expect([...slack.violations, ...discord.violations]).toEqual([]);
  } finally {
    await world.close();
    await Promise.all([slack.close(), discord.close()]);
  }
});
