import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StreamEvent } from "#runner/claude/events.ts";
import { interruptLine } from "#runner/claude/message.ts";
import { outcomeOf } from "#runner/claude/outcome.ts";
import { progressOf } from "#runner/claude/progress.ts";
import { sessionFile } from "#runner/claude/session.ts";
import { type ModelStandIn, openModel } from "#test/model/model.ts";
import { openWorld, type World } from "./instance.ts";

let model: ModelStandIn;
beforeAll(async () => {
  model = await openModel();
});
afterAll(() => model.close());

async function inWorld(use: (world: World) => Promise<void>, files?: Record<string, string>) {
  const world = await openWorld(model, files);
  try {
    await use(world);
  } finally {
    await world.close();
  }
}

const bash = (command: string) => ({ name: "Bash", input: { command } });
const step = (command: string) => ({ tools: [bash(`echo ${command}`)] });
const ofKind = <K extends StreamEvent["kind"]>(events: readonly StreamEvent[], kind: K) =>
  events.filter((event): event is Extract<StreamEvent, { kind: K }> => event.kind === kind);

describe.concurrent("the real Claude Code CLI, driven by lines", { timeout: 90_000 }, () => {
  test("does a whole task: it looks, plans, edits a file, tests and tells", () =>
    inWorld(
      async (world) => {
        model.script("whole", [
          ({ cwd }) => ({
            thinking: "I read the file first.",
            text: "I look at the file.",
            tools: [{ name: "Read", input: { file_path: join(cwd, "src/sum.js") } }],
          }),
          {
            tools: [
              { name: "TaskCreate", input: { subject: "Mend the sum", description: "It subtracts." } },
              { name: "TaskCreate", input: { subject: "Run it", description: "See 3." } },
            ],
          },
          { tools: [{ name: "TaskUpdate", input: { taskId: "1", status: "in_progress" } }] },
          ({ cwd }) => ({
            tools: [
              { name: "Edit", input: { file_path: join(cwd, "src/sum.js"), old_string: "a - b", new_string: "a + b" } },
            ],
          }),
          { tools: [bash("node src/sum.js; exit 3")] },
          {
            tools: [{ name: "TaskUpdate", input: { taskId: "1", status: "completed" } }, bash("git push origin main")],
          },
          { text: "The sum is mended." },
        ]);
        const instance = await world.start();
        const { turn, exit } = await instance.turn("<<RUN whole>> mend the sum");

        expect(readFileSync(join(world.repository, "src/sum.js"), "utf8")).toContain("a + b");
        expect(outcomeOf({ lastTurn: turn, exit, stderr: instance.stderr() })).toEqual({ kind: "finished" });
        const progress = progressOf(instance.events);
        expect(progress).toMatchObject({
          sessionId: world.sessionId,
          version: "2.1.197",
          activity: "turn done",
          lastText: "The sum is mended.",
          toolCalls: 8,
          todos: [
            { id: "1", content: "Mend the sum", status: "completed" },
            { id: "2", content: "Run it", status: "pending" },
          ],
          unreadableLines: 0,
        });
        expect(progress.costUsd).toBeGreaterThan(0);
        expect(progress.tokens).toEqual(turn?.tokens);
        const failed = ofKind(instance.events, "toolResult").filter((result) => result.isError);
        expect(failed.map((result) => result.excerpt.split("\n")[0])).toEqual([
          "Exit code 3",
          "Permission to use Bash with command git push origin main has been denied.",
        ]);
        expect(turn?.permissionDenials.map((denial) => denial.tool)).toEqual(["Bash"]);
        expect(model.firstRequestAt(world.sessionId)).toBeLessThanOrEqual(Date.now());
      },
      { "src/sum.js": "const sum = (a, b) => a - b;\nconsole.log(sum(1, 2));\n" },
    ));

  test("takes a second message in the same process, tells that it took each, and counts cost over both", () =>
    inWorld(async (world) => {
      model.script("two", [{ text: "First." }, { text: "Second." }]);
      const configDir = join(world.folder, "home/.claude");
      expect(await sessionFile(configDir, world.sessionId)).toBeNull();
      const instance = await world.start();
      expect(await sessionFile(configDir, world.sessionId)).toBeNull();
      const first = instance.say("<<RUN two>>");
      await instance.turnEnd(1);
      const second = instance.say("/and more, which is no command");
      expect(await instance.turnEnd(2)).toMatchObject({ text: "Second." });
      instance.end();
      expect(await instance.exited).toEqual({ code: 0, signal: null });
      expect(ofKind(instance.events, "replayed").map((event) => event.id)).toEqual([first, second]);
      const [one, two] = ofKind(instance.events, "turnEnded");
      expect(two?.costUsd).toBeGreaterThan(one?.costUsd ?? 0);
      expect(progressOf(instance.events).delivered).toEqual([first, second]);
      const file = (await sessionFile(configDir, world.sessionId)) ?? "";
      expect(readFileSync(file, "utf8")).toContain("Second.");
      expect(await sessionFile(configDir, "00000000-0000-4000-8000-000000000000")).toBeNull();
    }));

  test("steers a message into the turn at work", () =>
    inWorld(async (world) => {
      model.script("steer", [
        {
          tools: [
            bash(
              // Claude Code notes in its transcript what it has queued: the prompt, and then this message.
              `for i in $(seq 200); do [ "$(grep -ch '"operation":"enqueue"' "$CLAUDE_CONFIG_DIR"/projects/*/*.jsonl)" = 2 ] && break; sleep 0.05; done`,
            ),
          ],
        },
        ({ said }) => ({ text: `Heard: ${said.some((text) => text.includes("use tabs")) ? "tabs" : "nothing"}` }),
      ]);
      const instance = await world.start();
      instance.say("<<RUN steer>>");
      await instance.until((event) => event.kind === "tool");
      const id = instance.say("Please use tabs.");
      const turn = await instance.until((event) => event.kind === "turnEnded");
      instance.end();
      await instance.exited;
      expect(turn).toMatchObject({ text: "Heard: tabs" });
      expect(ofKind(instance.events, "replayed").map((event) => event.id)).toContain(id);
    }));

  test("resumes the session in a new process after a kill -9, and does the step again that was cut off", () =>
    inWorld(async (world) => {
      const asked = join(world.repository, "asked");
      model.script("resume", [
        { text: "Begun.", tools: [bash("echo one > one.txt")] },
        // The session's file is written a quarter of a second behind: killed before that, there is nothing to resume.
        {
          tools: [
            bash(
              `until grep -q 'echo TWO' "$CLAUDE_CONFIG_DIR"/projects/*/*.jsonl; do sleep 0.02; done; echo TWO >> asked; until [ -e go ]; do sleep 0.02; done`,
            ),
          ],
        },
        { text: "All done." },
      ]);
      const first = await world.start();
      first.say("<<RUN resume>>");
      await expect.poll(() => existsSync(asked), { timeout: 20_000 }).toBe(true);
      first.kill("SIGKILL");
      // The tool outlives its killer; it ends by this, and so does the one after the resume.
      writeFileSync(join(world.repository, "go"), "");
      const exit = await first.exited;
      expect(outcomeOf({ lastTurn: progressOf(first.events).lastTurn, exit, stderr: "" })).toMatchObject({
        kind: "failed",
        reason: "agent_killed",
        retryable: true,
      });
      const second = await world.start({ resume: true });
      const { turn } = await second.turn("You were cut off while a command ran. Go on.");
      expect(turn?.text).toBe("All done.");
      expect(progressOf(second.events).sessionId).toBe(world.sessionId);
      expect(readFileSync(asked, "utf8")).toBe("TWO\nTWO\n");
    }));

  test("stops at an interrupt, ends the tool, and takes the next message", () =>
    inWorld(async (world) => {
      model.script("interrupt", [{ tools: [bash("sleep 60; touch late")] }, { text: "Still here." }]);
      const instance = await world.start();
      instance.say("<<RUN interrupt>>");
      await instance.until((event) => event.kind === "tool");
      instance.write(interruptLine("stop-1"));
      const turn = await instance.turnEnd(1);
      expect(outcomeOf({ lastTurn: turn, exit: { code: 0, signal: null }, stderr: "" })).toMatchObject({
        reason: "interrupted",
      });
      instance.say("Are you there?");
      expect(await instance.turnEnd(2)).toMatchObject({ isError: false, text: "Still here." });
      instance.end();
      await instance.exited;
      expect(existsSync(join(world.repository, "late"))).toBe(false);
    }));

  test("counts the limit of turns for each message, and takes the next one after a turn that failed", () =>
    inWorld(async (world) => {
      model.script("limited", [step("1"), { text: "One." }, step("2"), step("3"), step("4"), { text: "Two." }]);
      const instance = await world.start({ maxTurns: 2 });
      instance.say("<<RUN limited>>");
      expect(await instance.turnEnd(1)).toMatchObject({ isError: false, text: "One." });
      instance.say("And more.");
      expect(await instance.turnEnd(2)).toMatchObject({ subtype: "error_max_turns" });
      instance.say("Go on.");
      expect(await instance.turnEnd(3)).toMatchObject({ isError: false, text: "Two." });
      instance.end();
      await instance.exited;
    }));

  test("does something sensible with a task that has no script", () =>
    inWorld(async (world) => {
      const instance = await world.start();
      const { turn } = await instance.turn(
        "You work on TASK-1.\n\n=====\nTitle: Mend the `sum` $(rm -rf ~) ../../x\n\nIt is wrong.\n=====",
      );
      expect(turn?.text).toContain("docs/mend-the-sum-rm-rf-x.md");
      expect(readFileSync(join(world.repository, "docs/mend-the-sum-rm-rf-x.md"), "utf8")).toContain(
        "# Mend the `sum`",
      );
      expect(progressOf(instance.events).todos.map((todo) => todo.status)).toEqual([
        "completed",
        "completed",
        "completed",
      ]);
      expect(instance.events.some((event) => event.kind === "toolResult" && event.isError)).toBe(false);
    }));

  test("runs a subagent, whose work is told apart", () =>
    inWorld(async (world) => {
      model.script("boss", [
        {
          tools: [
            {
              name: "Agent",
              input: { description: "Look around", prompt: "<<RUN scout>>", subagent_type: "general-purpose" },
            },
          ],
        },
        ({ results }) => ({ text: `The scout said: ${results.join(" ").includes("Nothing there") ? "nothing" : "?"}` }),
      ]);
      model.script("scout", [{ tools: [bash("ls")] }, { text: "Nothing there." }]);
      const instance = await world.start();
      const { turn } = await instance.turn("<<RUN boss>>");
      expect(turn?.text).toBe("The scout said: nothing");
      const calls = ofKind(instance.events, "tool");
      expect(calls.map((call) => [call.name, call.agent === null])).toEqual([
        ["Agent", true],
        ["Bash", false],
      ]);
      expect(model.requests.some((request) => request.kind === "subagent" && request.script === "scout")).toBe(true);
    }));
});
