import { once } from "node:events";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";

const longLived = join(import.meta.dirname, "../../../src/cli/long-lived.ts");

/** A program that lives until it is told to end, or as long as `done` takes; what it does is on its stdout. */
function program(life: { drain?: string; done?: string }) {
  const never = "new Promise(() => undefined)";
  const script = `
    const { live } = await import(${JSON.stringify(longLived)});
    setInterval(() => undefined, 1000);
    const life = {
      done: ${life.done ?? never},
      drain: () => { console.log("drains"); return ${life.drain ?? never}; },
      stop: async () => console.log("stops"),
      draining: "Draining.",
    };
    const code = live(life, (line) => console.log(line), process, process.exit);
    console.log("lives");
    try {
      process.exit(await code);
    } catch (error) {
      console.log(error.message);
      process.exit(9);
    }
  `;
  const child = execa(process.execPath, ["--input-type=module", "-e", script], { reject: false, timeout: 10_000 });
  return {
    child,
    async said(words: string) {
      let text = "";
      while (!text.includes(words)) text += String(await once(child.stdout, "data"));
    },
  };
}

describe("a long-lived program", () => {
  it("finishes what is begun at the first signal", async () => {
    const { child, said } = program({ drain: "Promise.resolve()" });
    await said("lives");
    child.kill("SIGTERM");
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Draining. (again to stop at once)\ndrains");
    expect(stdout).not.toContain("stops");
  });

  it("leaves everything as it is at the second", async () => {
    const { child, said } = program({});
    await said("lives");
    child.kill("SIGINT");
    await said("drains");
    child.kill("SIGINT");
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(130);
    expect(stdout).toContain("stops");
  });

  it("ends by itself when there is nothing left to do", async () => {
    expect((await program({ done: "Promise.resolve()" }).child).exitCode).toBe(0);
  });

  it("fails when its work fails, also while it drains", async () => {
    const failed = await program({ done: 'Promise.reject(new Error("lost its disk"))' }).child;
    expect(failed).toMatchObject({ exitCode: 9, stdout: expect.stringContaining("lost its disk") });
    const { child, said } = program({ drain: 'Promise.reject(new Error("cannot drain"))' });
    await said("lives");
    child.kill("SIGINT");
    expect(await child).toMatchObject({ exitCode: 9, stdout: expect.stringContaining("cannot drain") });
  });
});
