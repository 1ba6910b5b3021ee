import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterEach, describe, expect, test } from "vitest";
import { AppSetupError, openProbot } from "#github/probot.ts";
import { quietLog } from "#github/quiet-log.ts";
import { defaultBodyLimits } from "#github/webhook-body.ts";
import { webhookRoute } from "#github/webhook-route.ts";
import { openTestApp, type TestApp } from "./app.ts";
import { aPrivateKey, aSecret, labelledPayload } from "./payloads.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const options = {
  appId: 1,
  privateKey: aPrivateKey,
  webhookSecret: aSecret,
  apiUrl: "http://127.0.0.1:9",
  writeIntervalMs: 0,
  requestTimeoutMs: 1_000,
  clock: Date.now,
  log: pino({ level: "silent" }),
  accept: () => undefined,
};

describe("what it refuses to start with", () => {
  test.each(["", "development", "x".repeat(31)])("S01: the webhook secret '%s', saying what to do", async (secret) => {
    await expect(openProbot({ ...options, webhookSecret: secret })).rejects.toThrow(AppSetupError);
    await expect(openProbot({ ...options, webhookSecret: secret })).rejects.toThrow(/openssl rand -hex 32/);
  });

  test("a private key that is none", async () => {
    await expect(openProbot({ ...options, privateKey: "-----BEGIN RSA PRIVATE KEY-----" })).rejects.toThrow(/PEM/);
  });
});

test("a webhook that comes to Probot by another way than our door is not taken", async () => {
  const app = await openProbot(options);
  closers.push(app.close);
  const event = { id: "1", name: "issues", payload: labelledPayload() } as never;
  await expect(app.probot.receive(event)).rejects.toThrow(/another way than the webhook route/);
});

test("S04: at debug level too, neither a webhook's body nor an error's event comes into the log", async () => {
  let logged = "";
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString();
      done();
    },
  });
  const accept = () => {
    throw new Error("no room");
  };
  const app = await openProbot({ ...options, accept, log: pino({ level: "trace" }, sink) });
  closers.push(app.close);
  const arrival = { guid: "1", hookId: "2", event: "issues", payload: labelledPayload(), receivedAt: 3 };
  await expect(app.receive(arrival)).rejects.toThrow("no room");
  expect(logged).toContain("no room");
  expect(logged).not.toContain("Add a search box");
  for (const line of logged.split("\n")) expect(line.length).toBeLessThan(4_096);
});

test("a quiet log keeps a level that is quieter still", () => {
  expect(quietLog(pino({ level: "error" })).level).toBe("error");
  expect(quietLog(pino({ level: "debug" })).level).toBe("info");
});

describe("between GitHub and us", () => {
  test("a label put on an issue arrives as GitHub sends it, and again under its GUID when it is redelivered", async () => {
    const world = await connected();
    const { standIn, accepted, shop } = world;
    const issue = standIn.as("ada").openIssue(shop.name, { title: "Add a search box", body: "Please." });
    standIn.as("ada").label(shop.name, issue, "claude");
    await standIn.idle();
    const labelled = accepted.filter((delivery) => delivery.happening?.kind === "issue_labelled");
    expect(labelled).toMatchObject([
      {
        event: "issues",
        action: "labeled",
        happening: {
          repository: shop,
          issue,
          title: "Add a search box",
          body: "Please.",
          label: "claude",
          actor: { login: "ada", isBot: false },
        },
      },
    ]);
    expect(standIn.deliveries().every((delivery) => delivery.statusCode === 202)).toBe(true);
    const sent = standIn.deliveries().find((delivery) => delivery.guid === labelled[0]?.guid);
    await standIn.redeliver(sent?.id ?? 0);
    await standIn.idle();
    expect(accepted.filter((delivery) => delivery.guid === sent?.guid)).toHaveLength(2);
  });

  test("what our own app does arrives as a bot's doing", async () => {
    const { standIn, accepted, shop, github } = await connected();
    const issue = standIn.as("ada").openIssue(shop.name, { title: "x" });
    await github.showLabel(shop, issue, "queued", null);
    await standIn.idle();
    expect(accepted.map((delivery) => delivery.happening)).toContainEqual(
      expect.objectContaining({ kind: "issue_labelled", actor: { login: standIn.app.botLogin, isBot: true } }),
    );
  });

  test("a pull request's life and a changed policy arrive", async () => {
    const { standIn, accepted, shop, github } = await connected();
    const ada = standIn.as("ada");
    await ada.push(shop.name, { branch: "topic", message: "m", files: { a: "1" } });
    const picture = { branch: "topic", base: null, title: "T", body: "B", ready: false };
    const { number } = await github.openPullRequest(shop, picture);
    await github.markReady(shop, number);
    await ada.mergePullRequest(shop.name, number);
    await ada.push(shop.name, { message: "m", files: { "b.txt": "1" } });
    await ada.push(shop.name, { message: "m", files: { ".github/cc-orchestrator.yml": "label: bot\n" } });
    await standIn.idle();
    const told = accepted.flatMap(({ happening }) => (happening === null ? [] : [happening]));
    expect(told.filter((one) => one.kind === "pull_request_changed")).toMatchObject([
      { number, state: "open", draft: true },
      { number, state: "open", draft: false },
      { number, state: "merged", actor: { login: "ada", isBot: false } },
    ]);
    expect(told.filter((one) => one.kind === "policy_changed")).toMatchObject([{ repository: shop }]);
  });
});

/** Our app with its webhook route on a port, connected to the stand-in. */
async function connected(): Promise<TestApp> {
  const world = await openTestApp();
  closers.push(world.close);
  const route = webhookRoute({
    secrets: [world.standIn.app.webhookSecret],
    receive: world.app.receive,
    clock: Date.now,
    log: pino({ level: "silent" }),
    limits: defaultBodyLimits,
  });
  const server = createServer((request, response) => void route(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  world.standIn.connectWebhook(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/github/webhooks`);
  return world;
}
