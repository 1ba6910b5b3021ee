import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { openLog } from "#cli/log.ts";
import { type Life, live } from "#cli/long-lived.ts";

const never = new Promise<never>(() => undefined);

/** A program that lives until it is told to end, unless `life` says otherwise, and writes down what it is told. */
function program(life: Partial<Life>) {
  const signals = new EventEmitter();
  const told: string[] = [];
  const whole: Life = {
    begin: () => undefined,
    done: never,
    drain: () => never,
    stop: async () => void told.push("stops"),
    draining: "Draining.",
    ...life,
  };
  const say = (line: string) => void told.push(line);
  return { signals, told, code: live(whole, say, signals, (code) => void told.push(`exits with ${code}`)) };
}

describe("a long-lived program", () => {
  it.each(["SIGINT", "SIGTERM"])("finishes what is begun at the first %s", async (signal) => {
    const { signals, told, code } = program({ drain: async () => undefined });
    signals.emit(signal);
    expect(await code).toBe(0);
    expect(told).toEqual(["Draining. (again to stop at once)"]);
    // On the way out another one changes nothing, and the third still ends whatever hangs there.
    signals.emit(signal);
    expect(told).toHaveLength(1);
    signals.emit(signal);
    expect(told.at(-1)).toBe("exits with 130");
  });

  it("leaves everything as it is at the second", async () => {
    const { signals, told, code } = program({});
    signals.emit("SIGINT");
    signals.emit("SIGTERM");
    expect(await code).toBe(130);
    expect(told.slice(1)).toEqual(["Stopping.", "stops"]);
  });

  it("ends its process at the third, whatever hangs", () => {
    const { signals, told } = program({ stop: () => never });
    for (const _ of [1, 2, 3]) signals.emit("SIGINT");
    expect(told.at(-1)).toBe("exits with 130");
  });

  it("ends by itself when there is nothing left to do", async () => {
    expect(await program({ done: Promise.resolve() }).code).toBe(0);
  });

  it("fails when its work fails, also while it drains", async () => {
    await expect(program({ done: Promise.reject(new Error("lost its disk")) }).code).rejects.toThrow("lost its disk");
    const draining = program({ drain: () => Promise.reject(new Error("cannot drain")) });
    draining.signals.emit("SIGINT");
    await expect(draining.code).rejects.toThrow("cannot drain");
  });
});

describe("its log", () => {
  const written = (isTTY: boolean, write: (log: ReturnType<typeof openLog>) => void) => {
    let text = "";
    write(openLog("info", { isTTY, write: (line) => (text += line) }));
    return text;
  };

  it("is JSON for programs", () => {
    const text = written(false, (log) => log.info({ task: "TASK-1" }, "claimed"));
    expect(JSON.parse(text)).toMatchObject({ level: 30, msg: "claimed", task: "TASK-1" });
  });

  it("S39 is a line for people, whatever stands in it", () => {
    const text = written(true, (log) => log.warn({ title: "\u001b[2Jx\nnext", count: 2 }, "odd"));
    expect(text).toMatch(/^\d\d:\d\d:\d\d warn {2}odd title=x next count=2\n$/);
    expect(written(true, (log) => log.debug("not wanted"))).toBe("");
    expect(written(true, (log) => log.error(new Error("broken")))).toMatch(/error broken\nError: broken\n +at /);
  });
});
