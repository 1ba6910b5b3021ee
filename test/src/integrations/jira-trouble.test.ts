import { createHmac } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { type ElsewhereBusyError, ElsewhereDownError, ElsewhereRefusedError } from "#operations/ports/elsewhere.ts";
import { aProject, atJira } from "./at-jira.ts";

const on = atJira();
const { open, listen, show, taskNow, thereIs, commentsOf } = on;

test("a project that Jira refuses to search and a ticket that cannot be read keep no other waiting", async () => {
  await open({ projects: [aProject({ project: "OPS", jql: "nonsense ~ 1" }), aProject()] });
  const odd = on.jira.create({ summary: "Odd", labels: ["claude"] });
  on.jira.create({ summary: "Greet", labels: ["claude"] });
  on.jira.fail(new RegExp(`GET .*issue/${odd}$`), { status: 403 });
  listen();
  expect((await thereIs()).title).toBe("Greet");
  await vi.waitFor(() => expect(on.place.deafness?.()).toContain("OPS: "), 3_000);
  // It is not forgotten.
  expect((await thereIs("TASK-2")).title).toBe("Odd");
});

test("a transition that does not exist is said in the comment and to the operator, and not tried again", async () => {
  await open();
  const key = on.jira.create({ summary: "Greet", labels: ["claude"] });
  listen();
  await thereIs();
  await show();
  on.jira.unreachable.add("In Progress").add("In Review");
  on.bench.claim(on.bench.addRunner());
  const refused = await show().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ElsewhereRefusedError);
  expect(String(refused)).toContain("Jira offers no transition from To Do to a status that is in progress");
  expect(commentsOf(key)).toEqual([expect.stringContaining("no transition from To Do")]);
  const calls = on.jira.calls.length;
  expect(await show()).toBe(false);
  expect(on.jira.calls.slice(calls).filter((call) => !call.includes("search"))).toEqual([]);
});

test("a comment that was written before its record was lost is found again, not written twice", async () => {
  await open();
  const key = on.jira.create({ summary: "Greet", labels: ["claude"] });
  listen();
  await thereIs();
  on.jira.fail(/POST .*comment$/, { cut: "after" });
  await expect(show()).rejects.toThrow(ElsewhereDownError);
  await show();
  expect(on.jira.ticket(key).comments).toHaveLength(1);
});

test("when Jira wants rest it has it, and says until when; a token that is no good is said with what to do", async () => {
  await open({ pollMs: 60_000 });
  const key = on.jira.create({ summary: "Greet", labels: ["claude"] });
  listen();
  await thereIs();
  on.jira.fail(/POST .*comment$/, { status: 429, retryAfter: 30 });
  const busy = await show().catch((error: unknown) => error);
  expect((busy as ElsewhereBusyError).until).toBe(on.bench.world.clock() + 30_000);
  on.jira.fail(/comment/, { status: 401 });
  await expect(show()).rejects.toThrow(/make a new token/);
  await show();
  expect(on.jira.ticket(key).comments).toHaveLength(1);
});

describe("what Jira posts to us", () => {
  test("is heard only with the webhook's signature, and only points to what is then read; our own changes lead to nothing", async () => {
    await open({ secrets: ["secret-of-the-webhook"], pollMs: 600_000 });
    const key = on.jira.create({ summary: "Greet", labels: ["claude"] });
    on.jira.tickets.delete(key);
    listen();
    const hear = async (signature: "right" | "wrong" | "none", body: object | string) => {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const secret = signature === "right" ? on.jira.secret : "another";
      const header = `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;
      const answer = await on.place.door?.hear({
        headers: signature === "none" ? {} : { "x-hub-signature": header },
        body: Buffer.from(text),
      });
      answer?.after?.();
      return answer?.status;
    };
    const told = { webhookEvent: "jira:issue_updated", issue: { key: "SHOP-1", fields: { summary: "a lie" } } };
    expect(await hear("none", told)).toBe(401);
    expect(await hear("wrong", told)).toBe(401);
    expect(await hear("right", "no json")).toBe(200);
    const real = on.jira.create({ summary: "Greet", labels: ["claude"] });
    expect(real).toBe("SHOP-1");
    expect(await hear("right", told)).toBe(200);
    await thereIs();
    expect(taskNow().title).toBe("Greet");
    await show();
    const shown = JSON.stringify([on.jira.ticket(real).comments, on.jira.ticket(real).status]);
    for (let time = 0; time < 3; time += 1) await hear("right", told);
    await on.place.close();
    expect(JSON.stringify([on.jira.ticket(real).comments, on.jira.ticket(real).status])).toBe(shown);
    expect(on.warned).toEqual([]);
  });
});
