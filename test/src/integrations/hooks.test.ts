import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import express from "express";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fillTemplate, MissingValueError } from "#domain/text/template.ts";
import { serveDoor } from "#http/door.ts";
import { type Hook, openHook } from "#integrations/hooks/hook.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { forgetOld } from "#operations/forget-old.ts";
import { earOf } from "#operations/hear-elsewhere.ts";
import { showTask } from "#operations/show-tasks.ts";
import type { HookConfig } from "#protocol/hook.ts";
import { type Bench, openBench } from "../operations/bench.ts";
import { labelled, type QuietGitHub, quietGitHub } from "../operations/quiet-github.ts";
import { aSecret } from "./receiver.ts";

const builds: HookConfig = {
  name: "builds",
  secrets: [aSecret("a"), aSecret("b")],
  login: "ada",
  when: { status: "failed" },
  does: {
    kind: "task",
    repository: "acme/shop",
    title: "Repair the build of {{branch}}",
    body: "{{commit.message|No message.}}\n\n{{log}}",
    key: "{{branch}}",
    url: "{{url|}}",
    priority: "high",
    isPlan: false,
  },
};
const chat: HookConfig = {
  ...builds,
  name: "chat",
  when: {},
  does: { kind: "command", of: "{{task}}", verb: "stop", words: "" },
};

let github: QuietGitHub;
let bench: Bench;
let server: Server;
let base: string;
let hooks: Hook[];
beforeEach(async () => {
  github = quietGitHub();
  bench = openBench(github.github);
  const log = { warn: () => undefined };
  hooks = [builds, chat].map((one) => openHook(one, earOf(bench.world, `hook:${one.name}`, log), bench.world.clock));
  const app = express();
  for (const { door } of hooks) app.all(door.path, serveDoor(door));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  bench.close();
});

let ids = 0;
type Sent = { id?: string; secret?: string; at?: Date; hook?: string };
async function send(body: unknown, of: Sent = {}) {
  ids += 1;
  const { id = `msg_${ids}`, secret = aSecret("a"), at = new Date(), hook = "builds" } = of;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(id, at, text),
  };
  const response = await fetch(`${base}/integrations/hooks/${hook}`, { method: "POST", headers, body: text });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}
const failed = { status: "failed", branch: "main", log: "3 tests failed" };

test("a signed message makes a task of its values, in the name and with the role of the hook's person", async () => {
  expect(await send(failed)).toEqual({ status: 201, json: { taken: true, task: "TASK-1", isNew: true } });
  expect(showTask(bench.world, "TASK-1")).toMatchObject({
    title: "Repair the build of main",
    requestedBy: "ada",
    priority: "high",
    issue: null,
    origin: { kind: "webhook", place: "builds", key: "main", url: null },
  });
  const { prompt } = bench.claim(bench.addRunner());
  expect(prompt).toContain("No message.\n\n3 tests failed");
  expect(hooks[0]?.health()).toMatchObject({ kind: "hook", state: "good", sentence: expect.stringContaining("taken") });
});

test("the same message is answered the same and does nothing more; its id with another body is refused (409)", async () => {
  const id = "msg_once";
  const both = await Promise.all([send(failed, { id }), send(failed, { id })]);
  // The second is told to ask again in a moment, unless the first was quicker.
  expect(both.map(({ status }) => status)).toContain(201);
  for (const { status } of both) expect([201, 409]).toContain(status);
  expect(await send(failed, { id, secret: aSecret("b") })).toEqual({
    status: 201,
    json: { taken: true, task: "TASK-1", isNew: true },
  });
  expect(await send({ ...failed, branch: "other" }, { id })).toMatchObject({ status: 409, json: { code: "id_used" } });
  expect((await send(failed)).json).toEqual({ taken: true, task: "TASK-1", isNew: false });
  expect(bench.store.tasks.list({ limit: 9 })).toHaveLength(1);
  bench.pass(8 * 24 * 60 * 60_000);
  await forgetOld(bench.world);
  expect(bench.store.marks.get("hook:builds", id)).toBeNull();
});

describe("what is refused", () => {
  test.each([
    ["another secret", { secret: aSecret("z") }],
    ["an old signature", { at: new Date(Date.now() - 6 * 60_000) }],
  ])("401 for %s", async (_what, of) => {
    expect(await send(failed, of)).toMatchObject({ status: 401, json: { code: "not_signed" } });
    expect(bench.store.tasks.list({ limit: 9 })).toEqual([]);
  });

  test("401 without any signature, 405 for another method, 413 for too much", async () => {
    const url = `${base}/integrations/hooks/builds`;
    expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(401);
    expect((await fetch(url)).status).toBe(405);
    expect((await send("x".repeat(300_000))).status).toBe(413);
  });

  test("400 for what is no JSON, and for what lacks a value, which is named", async () => {
    expect(await send("no json")).toMatchObject({ status: 400, json: { code: "no_json" } });
    const answer = await send({ status: "failed", branch: "main" });
    expect(answer).toMatchObject({ status: 400, json: { title: "There is no log in what was sent." } });
  });

  test("403 for a login without the role; and nothing comes of a message that the hook is not for", async () => {
    github.role = "read";
    expect(await send(failed)).toMatchObject({ status: 403, json: { code: "role_too_low" } });
    expect(await send({ status: "passed" })).toMatchObject({ status: 200, json: { taken: false } });
  });

  test("503 when GitHub does not answer, and the same message is taken when it does", async () => {
    const { world } = bench;
    const away = new Proxy({}, { get: () => () => Promise.reject(new Error("away")) });
    const here = world.github;
    Object.assign(world, { github: away });
    const id = "msg_again";
    expect(await send(failed, { id })).toMatchObject({ status: 503, json: { code: "later" } });
    Object.assign(world, { github: here });
    expect((await send(failed, { id })).status).toBe(201);
  });
});

test("a hook sends a command: carried out once, 404 for a task that there is not, 409 for one that makes no sense", async () => {
  acceptDelivery(bench.world, labelled(1, bench.world.clock()));
  await bench.workDeliveries();
  const stop = (task: string) => send({ task }, { hook: "chat" });
  expect(await stop("TASK-9")).toMatchObject({ status: 404, json: { code: "task_not_found" } });
  expect(await stop("nonsense")).toMatchObject({ status: 400, json: { code: "does_not_fit" } });
  expect(await stop("TASK-1")).toEqual({
    status: 200,
    json: { taken: true, sentence: "Done: TASK-1 is asked to stop." },
  });
  expect((await stop("TASK-1")).status).toBe(409);
});

test("a template takes values as they are: what they hold is no template, no path leads out of them", () => {
  const values = { a: { b: ["x", { c: 1 }] }, evil: "{{a.b.0}}", no: null };
  expect(fillTemplate("{{a.b.0}} {{ a.b.1 }} {{evil}} {{no|none}} {{x|}}{{", values)).toBe(
    'x {"c":1} {{a.b.0}} none {{',
  );
  for (const path of ["__proto__", "a.constructor", "a.b.length.x", "no"])
    expect(() => fillTemplate(`{{${path}}}`, values)).toThrow(MissingValueError);
});

test("the command of the docs makes a task", async () => {
  const page = readFileSync(new URL("../../../docs/integrations/hooks.md", import.meta.url), "utf8");
  const [, block = ""] = /```sh\n([\s\S]*?)```/.exec(page) ?? [];
  const home = mkdtempSync(join(tmpdir(), "cco-hooks-"));
  try {
    writeFileSync(join(home, "builds.secret"), aSecret("a"));
    const script = block.replace("http://127.0.0.1:3000", base);
    const env = { ...process.env, HOME: home };
    const { stdout } = await promisify(execFile)("bash", ["-euc", script], { env, timeout: 20_000 });
    expect(JSON.parse(stdout)).toEqual({ taken: true, task: "TASK-1", isNew: true });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
