import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import type { LogLine } from "#protocol/report.ts";
import type { Task } from "#protocol/task.ts";
import { filterOf } from "../../dashboard/domain/filter.ts";
import { openTaskLog } from "../../dashboard/store/task-log.ts";
import { openTaskStore } from "../../dashboard/store/tasks.ts";
import { aLine, aTask, noon } from "./facts.ts";
import { slowServer } from "./slow-server.ts";

function taskStore() {
  const server = slowServer();
  const filter = signal(filterOf(new URLSearchParams()));
  const store = openTaskStore({ call: server.call, filter, minute: signal(noon), name: () => "ada" });
  const answer = async (work: Promise<unknown>, tasks: Task[]) => {
    server.asked.at(-1)?.answer({ tasks });
    await work;
  };
  return { ...server, store, filter, answer };
}

describe("the tasks", () => {
  it("are unknown, not none, before they were loaded", async () => {
    const { store, answer } = taskStore();
    expect(store.tasks.value).toBeNull();
    await answer(store.load(), []);
    expect(store.tasks.value?.size).toBe(0);
  });

  it("keep a change that came while an older answer was on its way", async () => {
    const { store, answer } = taskStore();
    const loading = store.load();
    store.changed(aTask({ status: "in_review" }));
    await answer(loading, [aTask({ status: "queued" })]);
    expect(store.board.value.in_review).toHaveLength(1);
    expect(store.board.value.queued).toHaveLength(0);
  });

  it("take the newest of two loads, whichever is answered last", async () => {
    const { store, asked } = taskStore();
    const [first, second] = [store.load(), store.load()];
    asked[1]?.answer({ tasks: [aTask({ status: "in_review" })] });
    await second;
    asked[0]?.answer({ tasks: [aTask({ status: "queued" })] });
    await first;
    expect(store.tasks.value?.get("TASK-12")?.status).toBe("in_review");
  });

  it("let go of what is no longer there", async () => {
    const { store, answer } = taskStore();
    await answer(store.load(), [aTask({ id: 1 }), aTask({ id: 2 })]);
    await answer(store.load(), [aTask({ id: 2 })]);
    expect([...(store.tasks.value?.keys() ?? [])]).toEqual(["TASK-2"]);
  });

  it("count who needs somebody whatever the filter hides", async () => {
    const { store, filter, answer } = taskStore();
    await answer(store.load(), [aTask({ status: "completed", conclusion: "failure" })]);
    filter.value = filterOf(new URLSearchParams({ repository: "octo/other" }));
    expect(store.board.value.needs_you).toHaveLength(0);
    expect(store.needsYou.value).toBe(1);
  });
});

describe("the log of a task", () => {
  const lines = (...texts: string[]): LogLine[] => texts.map((text) => aLine("say", text));

  it("joins what is loaded to what came meanwhile, without gap or repeat", async () => {
    const { call, asked } = slowServer();
    const log = openTaskLog(call, "TASK-12");
    const loading = log.load();
    log.added(lines("b", "c"));
    asked[0]?.answer({ lines: lines("a", "b") });
    await loading;
    log.added(lines("d"));
    expect(log.lines.value.map(({ text }) => text)).toEqual(["a", "b", "c", "d"]);
  });

  it("is loaded anew after a gap, without repeating what it had", async () => {
    const { call, asked } = slowServer();
    const log = openTaskLog(call, "TASK-12");
    const first = log.load();
    asked[0]?.answer({ lines: lines("a") });
    await first;
    const again = log.load();
    asked[1]?.answer({ lines: lines("a", "b") });
    await again;
    expect(log.lines.value.map(({ text }) => text)).toEqual(["a", "b"]);
  });
});
