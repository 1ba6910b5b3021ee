import type { Logger } from "pino";
import { openHook } from "#integrations/hooks/hook.ts";
import { openPostman } from "#integrations/webhooks.ts";
import { announceTest } from "#operations/announce.ts";
import { earOf } from "#operations/hear-elsewhere.ts";
import type { Door, Elsewhere } from "#operations/ports/elsewhere.ts";
import type { Clock, World } from "#operations/ports/world.ts";
import { ProblemError } from "#operations/problem-error.ts";
import { showReceiver } from "#operations/show-receivers.ts";
import type { Integration } from "#protocol/integration.ts";
import type { IntegrationsConfig } from "./config/integrations.ts";
import { openAlertLoop } from "./loops/alert-loop.ts";
import { openElsewhereLoop } from "./loops/elsewhere-loop.ts";
import { openWebhookLoop } from "./loops/webhook-loop.ts";
import { openWaiters } from "./waiters.ts";

/** How long the answer to a test is waited for. */
const answerMs = 20_000;

/** Everything outside GitHub that is told about tasks. None of it can slow or lose a task. */
export type Integrations = {
  /** This task may have changed; without one, some runner. */
  ring(taskId?: number): void;
  list(): Integration[];
  /** Where programs outside post to us. */
  doors: readonly Door[];
  /** Sends something that says only that it is a test, and waits a while for what comes of it. @throws ProblemError 404 */
  test(name: string): Promise<Integration>;
  close(): Promise<void>;
};

/** The places that are set up; nothing of the others is loaded. */
export async function elsewheresOf(
  { slack, discord, jira, notifications }: IntegrationsConfig,
  clock: Clock,
): Promise<Elsewhere[]> {
  const found: Elsewhere[] = [];
  if (slack !== null) {
    const { openSlack } = await import("#integrations/slack/slack.ts");
    found.push(openSlack({ ...slack, notifications, clock }));
  }
  if (discord !== null) {
    const { openDiscord } = await import("#integrations/discord/discord.ts");
    found.push(openDiscord({ ...discord, notifications, clock }));
  }
  if (jira !== null) {
    const { openJira } = await import("#integrations/jira/jira.ts");
    found.push(openJira({ ...jira, clock }));
  }
  return found;
}

export function openIntegrations(
  world: World,
  of: { config: IntegrationsConfig; elsewheres: readonly Elsewhere[]; version: string; log: Logger },
): Integrations {
  const { config, version, log } = of;
  const elsewheres = new Map(of.elsewheres.map((one) => [one.name, openElsewhereLoop(world, one, log)]));
  const sent = openWaiters();
  const postman = openPostman(config.webhooks, version);
  const webhooks = openWebhookLoop(world, { postman, receivers: config.webhooks, log, onSent: sent.wake });
  const hooks = config.hooks.map((one) => openHook(one, earOf(world, `hook:${one.name}`, log), world.clock));
  const list = () => [
    ...config.webhooks.map((receiver) => showReceiver(world, receiver)),
    ...Array.from(elsewheres.values(), (one) => one.health()),
    ...hooks.map((one) => one.health()),
  ];
  const alerts = openAlertLoop(world, {
    policy: config.notifications,
    elsewheres: of.elsewheres,
    integrations: list,
    log,
  });
  return {
    ring(taskId) {
      webhooks.ring(taskId);
      if (taskId !== undefined) for (const one of elsewheres.values()) one.ring(taskId);
    },
    list,
    doors: [...of.elsewheres.flatMap(({ door }) => door ?? []), ...hooks.map(({ door }) => door)],
    async test(name) {
      const elsewhere = elsewheres.get(name);
      if (elsewhere !== undefined) return elsewhere.test();
      const hook = hooks.map((one) => one.health()).find((one) => one.name === name);
      if (hook !== undefined)
        return { ...hook, sentence: `It listens at ${hook.place}; send it a message to try it. ${hook.sentence}` };
      const receiver = config.webhooks.find((one) => one.name === name);
      if (receiver === undefined) throw unknown(name, list());
      announceTest(world, receiver);
      webhooks.ring();
      const patience = AbortSignal.timeout(answerMs);
      while (showReceiver(world, receiver).state === "waiting" && !patience.aborted)
        await sent.wait(answerMs, patience);
      return showReceiver(world, receiver);
    },
    async close() {
      postman.close();
      await Promise.all([alerts.close(), webhooks.close(), ...Array.from(elsewheres.values(), (one) => one.close())]);
    },
  };
}

function unknown(name: string, known: readonly Integration[]): ProblemError {
  const names = known.map((one) => one.name).join(", ");
  return new ProblemError({
    status: 404,
    code: "no_such_integration",
    title: `There is no integration called ${name}.`,
    advice: names === "" ? "None is set up: see docs/integrations." : `There are: ${names}.`,
  });
}
