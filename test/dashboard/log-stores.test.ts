import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { type LineFilter, lineFilterOf } from "../../dashboard/domain/line-filter.ts";
import { elementHeight, scrolledTo, viewAt } from "../../dashboard/domain/tall-list.ts";
import { openAllLogs } from "../../dashboard/store/all-logs.ts";
import { openLogHistory } from "../../dashboard/store/log-history.ts";
import { pageAt } from "../../dashboard/store/route.ts";
import { aLine, noon } from "./facts.ts";
import { slowServer } from "./slow-server.ts";

describe("all lines", () => {
  const none = lineFilterOf(new URLSearchParams());

  function allLogs() {
    const filter = signal(none);
    const runnerOf = (task: string) => (task === "TASK-1" ? "laptop" : "tower");
    const logs = openAllLogs(filter, { runnerOf, minute: signal(noon), most: 20_000 });
    const texts = () => logs.shown.value.lines.slice(0, logs.shown.value.count).map(({ line }) => line.text);
    return { filter, logs, texts };
  }

  it("are filtered by task, kind and text", () => {
    const { logs, filter } = allLogs();
    logs.added("TASK-1", 1, [aLine("say", "Hello"), aLine("tool", "Bash ls")]);
    logs.added("TASK-2", 1, [aLine("say", "hello again")]);
    const shown = (of: Partial<LineFilter>) => {
      filter.value = { ...none, ...of };
      return logs.shown.value.count;
    };
    expect([shown({}), shown({ task: "TASK-1" }), shown({ kind: "say" }), shown({ text: "HELLO" })]).toEqual([
      3, 2, 2, 2,
    ]);
  });

  it("are searched by words in any order, phrases and regular expressions, by runner, level and time", () => {
    const { logs, filter } = allLogs();
    logs.added("TASK-1", 1, [aLine("result", "error: 2 tests failed", -120), aLine("say", "all tests passed", -5)]);
    logs.added("TASK-2", 1, [aLine("note", "npm test ended with 1", -1)]);
    const shown = (query: Record<string, string>) => {
      filter.value = lineFilterOf(new URLSearchParams(query));
      return logs.shown.value.count;
    };
    expect([shown({ q: "tests all" }), shown({ q: '"tests failed"' }), shown({ q: '"failed tests"' })]).toEqual([
      1, 1, 0,
    ]);
    expect([shown({ q: "^error: \\d", regex: "1" }), shown({ q: "PASS|ended", regex: "1" })]).toEqual([1, 2]);
    expect([shown({ runner: "tower" }), shown({ level: "error" }), shown({ minutes: "15" })]).toEqual([1, 2, 2]);
    expect([shown({ q: "(", regex: "1" }), logs.problem.value]).toEqual([
      0,
      expect.stringContaining("regular expression"),
    ]);
  });

  it("stand still while paused, and lose nothing meanwhile", () => {
    const { logs } = allLogs();
    logs.added("TASK-1", 1, [aLine("say", "a")]);
    logs.paused.value = true;
    logs.added("TASK-1", 1, [aLine("say", "b")]);
    expect([logs.shown.value.count, logs.waiting.value]).toEqual([1, 1]);
    logs.paused.value = false;
    expect([logs.shown.value.count, logs.waiting.value]).toEqual([2, 0]);
  });

  it("are bounded: the oldest go", () => {
    const { logs, texts, filter } = allLogs();
    for (let batch = 0; batch < 50; batch += 1)
      logs.added(
        "TASK-1",
        1,
        Array.from({ length: 500 }, (_, n) => aLine("say", `${batch}/${n}`)),
      );
    expect(logs.total.value).toBeLessThanOrEqual(20_000);
    expect(logs.total.value).toBeGreaterThanOrEqual(18_000);
    expect(texts().at(-1)).toBe("49/499");
    filter.value = { ...none, text: "49/49" };
    expect(logs.shown.value.count).toBe(11);
  });

  it("hold a line as often as it was said, whether it was streamed, found or both", () => {
    const { logs, texts } = allLogs();
    const found = (text: string, minutes: number) => ({ task: "TASK-1", run: 1, line: aLine("say", text, minutes) });
    logs.added("TASK-1", 1, [aLine("say", "c", 3), aLine("say", "twice", 4), aLine("say", "d", 5)]);
    const past = [found("a", 0), found("b", 1), found("c", 3), found("twice", 4), found("twice", 4)];
    expect(logs.found(past)).toBe(3);
    expect(logs.found(past)).toBe(0);
    expect(texts()).toEqual(["a", "b", "c", "twice", "twice", "d"]);
  });

  it("of the past are asked of the server with the same filter, and gone on with where it stopped", async () => {
    const { call, asked } = slowServer();
    const { logs, texts } = allLogs();
    const queries: unknown[] = [];
    const history = openLogHistory((name, of) => {
      queries.push(of?.query);
      return call(name, of);
    }, logs.found);
    const line = (text: string, minutes: number) => ({
      ...aLine("say", text, minutes),
      id: text,
      task: "TASK-1",
      run: 1,
      runner: "laptop",
    });
    const filter = lineFilterOf(new URLSearchParams({ q: "x.y", regex: "1", level: "say", task: "TASK-1" }));
    const looking = history.look(filter, noon);
    asked[0]?.answer({ lines: [line("newer", 5)], next: "1.2.3" });
    await expect.poll(() => asked.length).toBe(2);
    asked[1]?.answer({ lines: [line("older", 2)], next: null });
    await looking;
    expect([history.state.value, texts()]).toEqual(["whole", ["older", "newer"]]);
    const wanted = { q: "x.y", regex: "1", level: "say", task: "TASK-1", limit: 1_000 };
    expect(queries).toEqual([wanted, { ...wanted, cursor: "1.2.3" }]);
  });
});

describe("a list that is too long for an element", () => {
  const tall = { total: 24_000_000, seen: 600 };

  it("is scrolled row by row from its beginning to its end", () => {
    let view = viewAt(11_999_000, tall);
    for (let step = 0; step < 100; step += 1) {
      const before = view.top + view.offset;
      view = scrolledTo(view, view.top + 24, tall);
      expect(view.top + view.offset - before).toBe(24);
    }
    expect(elementHeight(tall)).toBeLessThan(17_000_000);
  });

  it("is jumped through over its whole length, and both ends are its ends", () => {
    const height = elementHeight(tall);
    const start = { top: 0, offset: 0 };
    const jumped = (top: number) => {
      const view = scrolledTo(start, top, tall);
      return view.top + view.offset;
    };
    expect(Math.abs(jumped(height / 2) - tall.total / 2)).toBeLessThan(tall.total / 50);
    expect(jumped(height - tall.seen)).toBe(tall.total - tall.seen);
    const end = viewAt(tall.total, tall);
    expect([end.top, end.top + end.offset]).toEqual([height - tall.seen, tall.total - tall.seen]);
    expect(viewAt(-5, tall)).toEqual({ top: 0, offset: 0 });
  });

  it("is as it is where there is room", () => {
    expect(scrolledTo({ top: 0, offset: 0 }, 900, { total: 2_400, seen: 600 })).toEqual({ top: 900, offset: 0 });
  });
});

it.each([
  ["/", "board"],
  ["/tasks/TASK-12", "task"],
  ["/runners", "runners"],
  ["/logs", "logs"],
  ["/insights", "insights"],
  ["/settings", "settings"],
  ["/tasks/TASK-0", "unknown"],
  ["/tasks/../x", "unknown"],
])("%s is the page %s", (path, name) => {
  expect(pageAt(path).name).toBe(name);
});
