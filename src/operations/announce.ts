import { type Happened, runnerEvents, type ToldRunner, type ToldTask, taskEvents, toldOf } from "#domain/event.ts";
import type { EventType } from "#protocol/event.ts";
import type { Runner } from "#protocol/runner.ts";
import type { Task } from "#protocol/task.ts";
import type { Messages, Receiver } from "./ports/webhooks.ts";
import type { World } from "./ports/world.ts";

type Here = Pick<World, "clock" | "newSecret"> & { store: Pick<World["store"], "transaction" | "messages"> };

/** When announcing was switched on: what is older is known without having been told. */
const sinceSubject = "since";

/** Writes down what changed of a task since it was last told, as messages to everybody who wants to know. */
export function announceTask(world: Here, receivers: readonly Receiver[], task: Task): void {
  world.store.transaction(() => {
    const { messages } = world.store;
    const subject = `task ${task.id}`;
    const told = messages.told(subject);
    const now = toldOf(task);
    if (told === null && Date.parse(task.createdAt) < since(world)) return messages.tell(subject, JSON.stringify(now));
    const before = told === null ? null : (JSON.parse(told) as ToldTask);
    put(world, receivers, subject, taskEvents(before, task));
    if (told !== JSON.stringify(now)) messages.tell(subject, JSON.stringify(now));
  });
}

/** The same of a runner. */
export function announceRunner(world: Here, receivers: readonly Receiver[], runner: Runner): void {
  world.store.transaction(() => {
    const { messages } = world.store;
    const subject = `runner ${runner.id}`;
    const told = messages.told(subject);
    const before = told === null ? null : (JSON.parse(told) as ToldRunner);
    if (before === runner.state) return;
    put(world, receivers, subject, runnerEvents(before, runner));
    messages.tell(subject, JSON.stringify(runner.state));
  });
}

/** To be called at the start: announcing begins now, or goes on, or nobody listens any more. */
export function beginAnnouncing(world: Here, receivers: readonly Receiver[]): void {
  world.store.transaction(() => {
    const { messages } = world.store;
    if (receivers.length === 0) messages.forgetTold();
    else if (messages.told(sinceSubject) === null) messages.tell(sinceSubject, String(world.clock()));
  });
}

/** A message to one receiver that says nothing but that it arrives. */
export function announceTest(world: Here, receiver: Receiver): void {
  const sentence = "This is a test of CC-Orchestrator's webhooks; nothing has happened.";
  world.store.transaction(() => {
    put(world, [{ ...receiver, events: ["webhook.test"] }], `test ${world.clock()}`, [
      { type: "webhook.test", data: { sentence } },
    ]);
  });
}

/** Whether somebody with these patterns wants events of this type. */
export function wants(events: readonly string[], type: EventType): boolean {
  return events.some((one) => one === type || one === "*" || (one.endsWith(".*") && type.startsWith(one.slice(0, -1))));
}

function put(world: Here, receivers: readonly Receiver[], subject: string, events: readonly Happened[]): void {
  const now = world.clock();
  for (const { type, data } of events) {
    const messageId = `msg_${world.newSecret()}`;
    const body = JSON.stringify({ type, timestamp: new Date(now).toISOString(), data });
    for (const receiver of receivers) {
      if (!wants(receiver.events, type)) continue;
      world.store.messages.insert({ messageId, receiver: receiver.name, subject, type, body, createdAt: now });
    }
  }
}

function since(world: { store: { messages: Messages } }): number {
  return Number(world.store.messages.told(sinceSubject) ?? 0);
}
