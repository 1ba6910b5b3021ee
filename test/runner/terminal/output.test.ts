import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openErrorLog } from "#runner/terminal/error-log.ts";
import { readIdentity } from "#runner/terminal/identity.ts";
import { showOutput } from "#runner/terminal/view.ts";
import { until } from "./until.ts";
import { aWorld } from "./world.ts";

const MB = 1024 * 1024;
/** The most memory that the process has had so far. */
const peakBytes = (pid: number) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;

test("64 MB of output and a line of 50 MB leave the launcher small, and nothing of it is lost (F44)", async () => {
  const world = aWorld();
  const spec = world.spec({
    node: `
      const fs = require("node:fs");
      const write = (text) => { const all = Buffer.from(text); for (let at = 0; at < all.length; ) at += fs.writeSync(1, all, at, Math.min(65536, all.length - at)); };
      write("ready\\n");
      fs.readSync(0, Buffer.alloc(1));
      const line = JSON.stringify({ type: "assistant", message: { content: [{ type: "text", text: "x".repeat(900) }] } }) + "\\n";
      for (let at = 0; at < 64; at += 1) write(line.repeat(Math.floor(1048576 / line.length)));
      write("y".repeat(50 * 1048576) + "\\n");
      for (let at = 0; at < 8; at += 1) fs.writeSync(2, "z".repeat(1048576));
      setInterval(() => {}, 1000);`,
  });
  const terminal = await world.terminals.start(spec);
  const launcher = readIdentity(spec.folder)?.pid ?? 0;
  const output = join(spec.folder, "out.jsonl");
  await until(() => statSync(output).size > 0);
  const before = peakBytes(launcher);
  await terminal.send("go");
  await until(() => statSync(output).size > 113.5 * MB, 20_000);
  await until(() => statSync(join(spec.folder, "err.log")).size >= 512 * 1024, 20_000);
  expect(peakBytes(launcher) - before).toBeLessThan(64 * MB);
  await terminal.stop("test", { interruptMs: 2_000, termMs: 500 });
  expect(statSync(join(spec.folder, "err.log")).size).toBeLessThan(1.1 * MB);
});

test("the view shows what comes, in whatever pieces, and counts what is too long to show", async () => {
  const world = aWorld();
  const path = join(world.home, "out.jsonl");
  writeFileSync(path, "first\n");
  let shown = "";
  const stop = showOutput(path, (line, columns) => [`${columns}:${line}`], {
    write: (text) => {
      shown += text;
    },
    columns: () => 80,
  });
  await until(() => shown === "80:first\n");
  appendFileSync(path, "sec");
  appendFileSync(path, "ond\nthird \u001b[31mred\u001b[0m \u001b]0;title\u0007\u001b[2J\nlast ");
  await until(() => shown.includes("third"));
  expect(shown.split("\n").slice(1, 3)).toEqual(["80:second", "80:third \u001b[31mred\u001b[0m ]0;title[2J"]);
  shown = "";
  appendFileSync(path, `${"x".repeat(2 * MB)}\nnext\n`);
  await until(() => shown.includes("next"));
  expect(shown).toBe("… 2 MB not shown\n80:next\n");
  shown = "";
  appendFileSync(path, `${"line\n".repeat(4 * MB)}the end`);
  stop();
  expect(shown).toMatch(/^… \d+ MB not shown\n(80:line\n)+80:the end\n$/);
});

test("stderr keeps its beginning and its end", () => {
  const world = aWorld();
  const path = join(world.home, "err.log");
  const log = openErrorLog(path);
  log.write(Buffer.from("it began\n"));
  for (let at = 0; at < 40; at += 1) log.write(Buffer.alloc(100_000, 46));
  log.write(Buffer.from("\nit ended"));
  log.close();
  const text = readFileSync(path, "utf8");
  expect(text.length).toBeLessThan(1.2 * MB);
  expect(text).toMatch(/^it began\n/);
  expect(text).toMatch(/… \d+ bytes left out …/);
  expect(text).toMatch(/it ended$/);
});
