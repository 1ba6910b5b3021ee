import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { happeningOf } from "#github/happenings.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import type { RoleName } from "#test/github/state/nouns.ts";
import { openTestApp, type TestApp } from "#test/src/github/app.ts";
import { type Bench, openBench } from "./bench.ts";

export type Shop = {
  readonly app: TestApp;
  readonly bench: Bench;
  /** The repository's name. */
  repo(): string;
  ada(): ReturnType<TestApp["standIn"]["as"]>;
};

/**
 * The operations on GitHub's stand-in, with a repository of its own for each test, which ada maintains.
 * @param people who else is there, with their roles
 */
export function inShop(people: Readonly<Record<string, RoleName>> = {}): Shop {
  let app: TestApp;
  let bench: Bench;
  beforeAll(async () => {
    app = await openTestApp();
    for (const login of Object.keys(people)) app.standIn.createUser(login);
  });
  beforeEach(async () => {
    await app.openShop();
    for (const [login, role] of Object.entries(people)) app.standIn.setRole(app.shop.name, login, role);
    bench = openBench(app.github, { startsAt: Date.now() });
  });
  afterEach(() => {
    app.standIn.faults.clear();
    app.standIn.faults.clearWebhooks();
    bench.close();
  });
  afterAll(() => app.close());
  return {
    get app() {
      return app;
    },
    get bench() {
      return bench;
    },
    repo: () => app.shop.name,
    ada: () => app.standIn.as("ada"),
  };
}

/** @returns what brings what GitHub has told meanwhile, and works it */
export function hearing(on: Shop): () => Promise<void> {
  let told = 0;
  beforeEach(() => {
    // Nobody listens there: what is sent is read from the log of deliveries, in its order.
    on.app.standIn.connectWebhook("http://127.0.0.1:9/");
    told = on.app.standIn.deliveries().length;
  });
  return async () => {
    const { world, workDeliveries } = on.bench;
    await on.app.standIn.idle();
    const all = on.app.standIn.deliveries();
    for (const { guid, event, action, request } of all.slice(told)) {
      const receivedAt = world.clock();
      const happening = happeningOf(event, request.payload, receivedAt);
      acceptDelivery(world, { guid, hookId: "1", event, action, receivedAt, happening });
    }
    told = all.length;
    await workDeliveries();
  };
}
