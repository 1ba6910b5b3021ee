import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { OpenStore } from "#store/store.ts";
import { openStore } from "#store/store.ts";
import { aFolder, aStore, aTask } from "./facts.ts";

function withTasks(store: OpenStore, count = 3): OpenStore["surfaces"] {
  for (let task = 0; task < count; task += 1) store.tasks.insert(aTask({ issue: null }));
  return store.surfaces;
}

describe("surfaces", () => {
  it("keep what was last written to each place", () => {
    const surfaces = withTasks(aStore());
    const comment = { taskId: 1, place: "comment", remoteId: "99", picture: '{"a":1}', writtenAt: 5 };
    surfaces.put({ ...comment, picture: "{}" });
    surfaces.put(comment);
    surfaces.put({ ...comment, place: "label", remoteId: null });
    expect(surfaces.get(1, "comment")).toEqual(comment);
    expect(surfaces.ofTask(1).map(({ place }) => place)).toEqual(["comment", "label"]);
    surfaces.remove(1, "comment");
    expect([surfaces.get(1, "comment"), surfaces.get(2, "label")]).toEqual([null, null]);
  });

  it("are due at the earliest mark, the longest due first", () => {
    const surfaces = withTasks(aStore());
    for (const at of [300, 100, 200]) surfaces.markDue(1, at);
    surfaces.markDue(2, 50);
    surfaces.markDue(3, 900);
    expect(surfaces.nextDueAt()).toBe(50);
    expect(surfaces.due(400).map(({ taskId, dueAt }) => [taskId, dueAt])).toEqual([
      [2, 50],
      [1, 100],
    ]);
  });

  it("are no longer due when settled", () => {
    const surfaces = withTasks(aStore());
    surfaces.markDue(1, 100);
    surfaces.markDue(1, 100);
    surfaces.due(100);
    surfaces.settle(1, 100);
    expect(surfaces.nextDueAt()).toBeNull();
  });

  it.each([50, 100, 101, 5_000])("stay due when marked again for %i while being applied for 100", (at) => {
    const surfaces = withTasks(aStore());
    surfaces.markDue(1, 100);
    const [handed] = surfaces.due(100);
    surfaces.markDue(1, 9_000);
    surfaces.markDue(1, at);
    surfaces.settle(1, handed?.dueAt ?? 0);
    expect(surfaces.nextDueAt()).toBe(at);
    surfaces.due(at);
    surfaces.settle(1, at);
    expect(surfaces.nextDueAt()).toBeNull();
  });

  it("that are being applied are not the next ones due", () => {
    const surfaces = withTasks(aStore());
    surfaces.markDue(1, 100);
    surfaces.markDue(2, 200);
    surfaces.due(100);
    surfaces.markDue(1, 110);
    expect(surfaces.nextDueAt()).toBe(200);
    surfaces.settle(1, 100);
    expect(surfaces.nextDueAt()).toBe(110);
  });

  it("count the tries until they are settled, and a postponed look covers every mark before it", () => {
    const surfaces = withTasks(aStore());
    surfaces.markDue(1, 100);
    surfaces.due(100);
    surfaces.markDue(1, 110);
    surfaces.postpone(1, 700);
    expect(surfaces.due(699)).toEqual([]);
    expect(surfaces.due(700)).toEqual([{ taskId: 1, dueAt: 700, tries: 1 }]);
    surfaces.settle(1, 700);
    surfaces.markDue(1, 800);
    expect(surfaces.due(800)).toEqual([{ taskId: 1, dueAt: 800, tries: 0 }]);
  });

  it("are still due after a crash in the middle of applying", () => {
    const file = join(aFolder(), "state.sqlite");
    const before = openStore({ file });
    withTasks(before).markDue(1, 100);
    before.surfaces.due(100);
    before.surfaces.markDue(1, 150);
    before.close();
    const { surfaces } = aStore(file);
    expect(surfaces.due(100)).toEqual([{ taskId: 1, dueAt: 100, tries: 0 }]);
    surfaces.settle(1, 100);
    expect(surfaces.nextDueAt()).toBe(150);
  });
});
