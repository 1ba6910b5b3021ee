import { expect, test } from "vitest";
import { showActs } from "#operations/show-acts.ts";
import { minute } from "./bench.ts";
import { talking } from "./talking.ts";

const on = talking();
const { say } = on;
const told = () => on.bench.acts().map(({ task, by, place, action }) => [task, by, place, action]);

test("what people make of a task by comments is told to those who look as it is done, and listed later", async () => {
  await say("ada", "/claude run");
  expect(told()).toEqual([["TASK-1", "ada", "github", "/claude run"]]);
  on.bench.pass(minute);
  await say("ada", "/claude priority high\n/claude status\n/claude stop");
  expect(told().map(([, , , action]) => action)).toEqual(["/claude priority high", "/claude stop"]);
  on.bench.pass(minute);
  await say("ada", "/claude retry");
  on.bench.pass(minute);
  await say("ada", "Please greet in Dutch, too.");
  expect(told().map(([, , , action]) => action)).toEqual(["/claude retry", "sayToTask"]);
  expect(showActs(on.bench.world, "TASK-1").map(({ action }) => action)).toEqual([
    "sayToTask",
    "/claude retry",
    "/claude stop",
    "/claude priority high",
    "/claude run",
  ]);
});

test("what was refused is told to nobody but whoever asked", async () => {
  await say("ada", "/claude run");
  told();
  await say("eve", "/claude stop");
  await say("ada", "/claude approve");
  await say("ada", "/claude dance");
  expect(told()).toEqual([]);
  expect(showActs(on.bench.world, "TASK-1")).toHaveLength(1);
});
