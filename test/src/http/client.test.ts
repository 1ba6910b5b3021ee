import { describe, expect, it } from "vitest";
import { ProblemError } from "#operations/problem-error.ts";
import { openClient, RefusedError, UnreachableError } from "#protocol/client.ts";
import { taskShown } from "#test/shown.ts";
import { operatorToken, runner, runnerToken, serving } from "./serving.ts";

describe("the table's own client", () => {
  it("gets what the handlers give, with what it asked for", async () => {
    const asked: unknown[] = [];
    const { url } = await serving({
      handlers: {
        listTasks: ({ query, caller }) => {
          asked.push(query, caller.name);
          return { tasks: [taskShown()] };
        },
        taskLogs: ({ params, query }) => {
          asked.push(params, query);
          return { lines: [] };
        },
        report: ({ params, body, caller }) => {
          asked.push(params, body.epoch, caller.runner.name);
          return { acknowledged: 7 };
        },
      },
    });
    const operator = openClient(url, operatorToken);
    expect(await operator("listTasks", { query: { repository: "octo/sample" } })).toEqual({ tasks: [taskShown()] });
    await operator("listTasks");
    await operator("taskLogs", { params: { task: "TASK-12" }, query: { tail: 5 } });
    const reports = [{ seq: 7, at: "2026-01-01T00:00:00Z", body: { kind: "log" as const, lines: [] } }];
    const call = { params: { run: 4 }, body: { epoch: 2, reports } };
    expect(await openClient(url, runnerToken)("report", call)).toEqual({ acknowledged: 7 });
    expect(asked).toEqual([
      { repository: "octo/sample" },
      "ada",
      {},
      "ada",
      { task: "TASK-12" },
      { tail: 5 },
      { run: 4 },
      2,
      runner.name,
    ]);
  });

  it("throws what the server refuses, with its advice", async () => {
    const problem = { status: 409, code: "not_cancellable", title: "It has ended.", advice: "Retry it instead." };
    const { url } = await serving({
      handlers: {
        cancelTask: () => {
          throw new ProblemError(problem);
        },
      },
    });
    const call = openClient(url, operatorToken)("cancelTask", { params: { task: "TASK-1" }, body: { by: "ada" } });
    await expect(call).rejects.toThrow(RefusedError);
    await expect(call).rejects.toMatchObject({ problem, message: "It has ended. Retry it instead." });
    await expect(openClient(url, null)("listTasks")).rejects.toMatchObject({ problem: { status: 401 } });
  });

  it("says that nobody answers once the server is closed", async () => {
    const { url, close } = await serving();
    const call = openClient(url, null);
    expect(await call("health")).toEqual({ ok: true, version: "0.1.0" });
    await close();
    await expect(call("health")).rejects.toThrow(UnreachableError);
  });
});
