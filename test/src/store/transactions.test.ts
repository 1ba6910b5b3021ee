import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import { ProblemError } from "#operations/problem-error.ts";
import { aDelivery, aFolder, aRun, aStore, aTask, repository } from "./facts.ts";

describe("a transaction", () => {
  it("gives what its work gives, or throws what it throws and keeps nothing", () => {
    const store = aStore();
    expect(store.transaction(() => store.tasks.insert(aTask()).id)).toBe(1);
    const failing = () =>
      store.transaction(() => {
        store.tasks.insert(aTask({ issue: null }));
        throw new RangeError("no");
      });
    expect(failing).toThrow(RangeError);
    expect(store.tasks.list({ limit: 10 })).toHaveLength(1);
  });

  it("inside another one is undone with it", () => {
    const store = aStore();
    const failing = () =>
      store.transaction(() => {
        store.transaction(() => store.tasks.insert(aTask()));
        throw new Error("outer");
      });
    expect(failing).toThrow("outer");
    expect(store.tasks.list({ limit: 10 })).toEqual([]);
  });

  it("inside another one leaves nothing of itself when the outer one catches its error", () => {
    const store = aStore();
    store.transaction(() => {
      store.tasks.insert(aTask());
      const inner = () =>
        store.transaction(() => {
          store.runs.insert(aRun(1));
          throw new Error("inner");
        });
      expect(inner).toThrow("inner");
    });
    expect([store.tasks.list({ limit: 10 }).length, store.runs.queued().length]).toEqual([1, 0]);
  });

  it("refuses work that would wait", () => {
    const store = aStore();
    expect(() => store.transaction(async () => store.tasks.insert(aTask()))).toThrow(TypeError);
    expect(store.tasks.list({ limit: 10 })).toEqual([]);
  });

  it("is refused within 300 ms, to be tried again, while another program has the database locked (F30)", () => {
    const file = join(aFolder(), "state.sqlite");
    const store = aStore(file);
    const other = new Database(file);
    onTestFinished(() => void other.close());
    other.exec("BEGIN IMMEDIATE");
    const start = performance.now();
    const insert = () => store.transaction(() => store.deliveries.insert(aDelivery()));
    expect(insert).toThrow(ProblemError);
    expect(performance.now() - start).toBeLessThan(400);
    other.exec("ROLLBACK");
    expect(insert()).toBe(true);
  });
});

const hostile = [
  "\u202Egnirts lortnoc\u202C",
  "zero\u200Bwidth\u2060\uFEFF",
  "lone \ud800 surrogate \udc00",
  "nul \0 in the middle",
  "c1 \u0085\u009b31m and \u001b]0;title\u0007",
  "'; DROP TABLE tasks; --",
  "e\u0301".repeat(10_000),
  "👩‍👩‍👧‍👦".repeat(2_000),
  '{"json": "\\ud800"}',
];

describe("hostile text", () => {
  it.each(hostile.map((text) => [JSON.stringify(text).slice(0, 40), text] as const))(
    "is stored as it came: %s (F43)",
    (_, text) => {
      const store = aStore();
      const snapshot = {
        title: text,
        body: text,
        comments: [{ author: "eve", at: "now", body: text }],
        omittedComments: 0,
        takenAt: 1,
      };
      const task = store.tasks.insert(aTask({ snapshot }));
      expect(store.tasks.get(task.id)?.snapshot).toEqual(snapshot);
      const ended = { status: "completed", conclusion: "failure", summary: text, findings: [text] } as const;
      const reason = { code: "failed", sentence: text };
      const run = store.runs.insert(aRun(task.id, { ...ended, findings: [text], reason }));
      expect(store.runs.get(run.id)).toMatchObject({ ...ended, reason });
      store.notices.insert({ repository, issue: 1, code: "refused", body: text });
      expect(store.notices.unwritten()[0]?.body).toBe(text);
      store.policies.put({ repositoryId: 1, text, policy: task.policy });
      expect(store.policies.get(1)?.text).toBe(text);
    },
  );
});
