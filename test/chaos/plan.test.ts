import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { faultNames } from "./faults.ts";
import { readOptions } from "./options.ts";
import { type PlannedTask, planTasks } from "./plan.ts";
import { openProgress } from "./progress.ts";

function planOf(seed: number, count: number): PlannedTask[] {
  const plans = planTasks({ seed, faults: faultNames, repositories: 3 });
  return Array.from({ length: count }, () => plans.next().value);
}

test("the same seed plans the same, however many tasks are begun; another seed plans otherwise", () => {
  expect(planOf(7, 40)).toEqual(planOf(7, 40));
  expect(planOf(7, 40).slice(0, 5)).toEqual(planOf(7, 5));
  expect(planOf(8, 5)).not.toEqual(planOf(7, 5));
});

test("every fault and every kind of task comes up before any comes up for the third time", () => {
  const plan = planOf(1, 60);
  const faults = plan.flatMap((task) => task.faults.map(({ fault }) => fault));
  expect(new Set(faults.slice(0, faultNames.length))).toEqual(new Set(faultNames));
  expect(new Set(plan.slice(0, 12).map(({ kind }) => kind)).size).toBe(6);
});

test("a moment that has come before is met at once, one that comes is met once", () => {
  const progress = openProgress();
  const met: string[] = [];
  progress.when(1, { event: "asked", nth: 2 }, () => met.push("second"));
  progress.tell(1, "asked");
  expect(met).toEqual([]);
  progress.tell(1, "asked");
  progress.tell(1, "asked");
  progress.tell(2, "asked");
  progress.when(1, { event: "asked", nth: 3 }, () => met.push("late"));
  expect(met).toEqual(["second", "late"]);
});

test("options that make no sense are refused with what may be written", () => {
  expect(readOptions(["--seeds", "1,2", "--tasks", "3"])).toMatchObject({ seeds: [1, 2], tasks: 3 });
  expect(readOptions(["--faults", "none"]).faults).toEqual([]);
  for (const args of [
    ["--seed", "x"],
    ["--faults", "flood"],
    ["--minutes", "0"],
    ["--claude", "other"],
  ]) {
    expect(() => readOptions(args)).toThrow("npm run chaos");
  }
});

test("the short sieges of CI do every fault there is, to tasks of every kind", () => {
  const script = (JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> }).scripts[
    "chaos:ci"
  ];
  const { seeds, tasks } = readOptions(script?.split("main.ts ")[1]?.split(" ") ?? []);
  const planned = seeds.flatMap((seed) => planOf(seed, tasks));
  expect(new Set(planned.flatMap(({ faults }) => faults.map(({ fault }) => fault)))).toEqual(new Set(faultNames));
  expect(new Set(planned.map(({ kind }) => kind)).size).toBe(6);
  expect(planned.length).toBeLessThan(20);
});
