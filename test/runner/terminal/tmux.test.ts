import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { openTmux } from "#runner/tmux.ts";
import { until } from "./until.ts";
import { aWorld, type World } from "./world.ts";

const tmux = async (world: World, ...args: string[]) =>
  (await execa("tmux", ["-S", join(world.home, "tmux.sock"), ...args], { reject: false })).stdout;

test("a name can mean nothing but itself: hostile ones are refused before tmux sees them", async () => {
  const world = aWorld();
  const hostile = [
    "",
    "a b",
    "a;b",
    "$(touch x)",
    "#(touch x)",
    "a.b",
    "a:1",
    "=a",
    "-a",
    "A",
    "a\n",
    "ä",
    "a".repeat(62),
  ];
  for (const name of hostile) {
    await expect(world.terminals.start({ ...world.spec({}), name })).rejects.toThrow("cannot name a terminal");
    await expect(world.terminals.adopt(name, world.home)).rejects.toThrow("cannot name a terminal");
  }
});

test("task-1 is never taken for task-10", async () => {
  const world = aWorld();
  const ten = await world.terminals.start(world.spec({ name: "task-10", sh: "sleep 1000" }));
  const one = await world.terminals.start(world.spec({ name: "task-1", sh: "exit 0" }));
  await one.exited;
  await one.remove();
  await one.remove();
  expect(await world.terminals.list()).toEqual([{ name: "task-10", alive: true }]);
  const [program = "", ...args] = one.attachCommand();
  expect((await execa(program, args, { reject: false })).stderr).toContain("can't find session");
  await expect(ten.remove()).rejects.toThrow("has not ended");
  await ten.stop("test", { interruptMs: 1_000, termMs: 1_000 });
});

test("text from outside in a folder's name is never executed or expanded (S40)", async () => {
  const world = aWorld();
  const cwd = join(world.worktree, "#(touch executed) $(touch executed);");
  mkdirSync(cwd);
  const folder = join(world.home, "#(touch executed) #{pane_pid};");
  const spec = world.spec({ sh: "pwd", cwd, folder });
  const terminal = await world.terminals.start(spec);
  await terminal.exited;
  expect(readFileSync(join(folder, "out.jsonl"), "utf8")).toBe(`${cwd}\n`);
  await tmux(world, "refresh-client");
  for (const place of [world.home, world.worktree, cwd, folder, "/"])
    expect(existsSync(join(place, "executed"))).toBe(false);
});

test("nothing of the runner's environment is in the server's, and the agent gets exactly its own (S20, S46)", async () => {
  process.env.CCO_TEST_SECRET = "ghs_secret";
  const world = aWorld();
  const spec = world.spec({ sh: "env; sleep 1000", env: { PATH: "/usr/bin:/bin", ONLY: "this" } });
  const terminal = await world.terminals.start(spec);
  delete process.env.CCO_TEST_SECRET;
  await until(() => readFileSync(join(spec.folder, "out.jsonl"), "utf8").includes("ONLY=this"));
  for (const scope of [["-g"], ["-t", "=task-1"]]) {
    expect(await tmux(world, "show-environment", ...scope)).not.toMatch(/secret|CCO_TEST|ONLY/i);
  }
  const names = readFileSync(join(spec.folder, "out.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split("=")[0]);
  expect(names.filter((name) => !["PWD", "OLDPWD", "SHLVL", "_"].includes(name ?? "")).sort()).toEqual([
    "CC_ORCHESTRATOR_RUN",
    "ONLY",
    "PATH",
  ]);
  const { stdout } = await execa("ps", ["axwwo", "args"]);
  expect(stdout).not.toContain("ONLY=this");
  expect(statSync(join(spec.folder, "launch.json")).mode & 0o777).toBe(0o600);
  expect(statSync(spec.folder).mode & 0o777).toBe(0o700);
  await terminal.stop("test", { interruptMs: 500, termMs: 500 });
});

test("a program in a terminal cannot reach out of it (S40)", async () => {
  const world = aWorld();
  await world.terminals.start(world.spec({ sh: "sleep 1000" }));
  const options = `${await tmux(world, "show-options", "-s")}\n${await tmux(world, "show-options", "-g")}\n${await tmux(world, "show-options", "-gw")}`;
  for (const line of [
    "set-clipboard off",
    "allow-passthrough off",
    "allow-rename off",
    "automatic-rename off",
    "set-titles off",
    "remain-on-exit on",
  ]) {
    expect(options).toContain(line);
  }
  expect(options).toMatch(/^update-environment\s*(''|"")?$/m);
});

test("the terminal shows the agent's stream readably, without its control sequences, and takes no keys", async () => {
  const world = aWorld();
  const text = "Reading the parser. \u001b]0;title\u0007\u001b[2J";
  const line = JSON.stringify({
    type: "assistant",
    message: { content: [{ type: "text", text }] },
    session_id: "s",
    uuid: "u",
  });
  const spec = world.spec({
    node: `console.log(${JSON.stringify(line)}); process.stdin.once("data", () => {}); setInterval(() => {}, 1000)`,
  });
  const terminal = await world.terminals.start(spec);
  const screen = () => tmux(world, "capture-pane", "-p", "-t", "=task-1:");
  await until(async () => (await screen()).includes("Reading the parser."));
  await tmux(world, "send-keys", "-t", "=task-1:", "typed", "Enter", "C-c", "C-z", "C-\\", "C-d");
  await terminal.send("1");
  await until(() => existsSync(join(spec.folder, "in", "done", "000001.json")));
  expect(await screen()).not.toContain("typed");
  expect(
    await tmux(world, "display-message", "-p", "-t", "=task-1:", "#{pane_title} #{window_name} #{pane_dead}"),
  ).not.toContain("title ");
  expect(await world.terminals.list()).toEqual([{ name: "task-1", alive: true }]);
  await terminal.stop("test", { interruptMs: 1_000, termMs: 1_000 });
  await until(async () => (await screen()).includes("The instance has ended"));
});

test("a folder too deep for a socket still gets a server of its own", async () => {
  const world = aWorld();
  const deep = join(world.home, "d".repeat(60), "e".repeat(60));
  mkdirSync(deep, { recursive: true });
  const shared = join(tmpdir(), `cc-orchestrator-${process.getuid?.()}`);
  const wasThere = existsSync(shared);
  const [, , flag, socket = ""] = openTmux({ home: deep }).attachCommand("a");
  expect(flag).toBe("-S");
  expect(Buffer.byteLength(socket)).toBeLessThan(104);
  expect(dirname(socket)).toBe(shared);
  expect(statSync(shared).mode & 0o777).toBe(0o700);
  if (!wasThere) rmdirSync(shared);
  expect(openTmux({ home: world.home, socket: "named" }).attachCommand("a")).toEqual([
    "tmux",
    "-u",
    "-L",
    "named",
    "attach-session",
    "-t",
    "=a",
  ]);
});

test("a socket's folder that others can write to is refused (S37)", () => {
  const world = aWorld();
  const shared = join(world.home, "shared");
  mkdirSync(shared);
  chmodSync(shared, 0o777);
  expect(() => openTmux({ home: shared })).toThrow("writable by you alone");
});

test("a terminal can start while the server ends with its last one", async () => {
  const world = aWorld();
  const tmux = openTmux({ home: world.home });
  const argv = ["/bin/sh", "-c", "sleep 1000"];
  for (let at = 0; at < 30; at += 1) {
    const ending = at === 0 ? undefined : tmux.endSession(`a-${at - 1}`);
    await Promise.all([
      ending,
      tmux.startSession({ name: `a-${at}`, columns: 80, rows: 24, argv, env: {}, inPlaceOf: null }),
    ]);
  }
  expect(await tmux.sessions()).toMatchObject([{ name: "a-29", alive: true }]);
});

test("when the server has been killed, its instances have ended and recorded it", async () => {
  const world = aWorld();
  const specs = ["a", "b", "c"].map((name) => world.spec({ name, sh: "trap '' HUP TERM; sleep 1000" }));
  for (const spec of specs) await world.terminals.start(spec);
  await world.terminals.killServer();
  for (const { folder } of specs) expect(readFileSync(join(folder, "exit.json"), "utf8")).toContain("terminal_lost");
});

test("without tmux the refusal says what to install", async () => {
  const world = aWorld();
  const path = process.env.PATH;
  process.env.PATH = world.home;
  try {
    await expect(openTmux({ home: world.home }).sessions()).rejects.toThrow("Install it");
  } finally {
    process.env.PATH = path;
  }
});

test("without a server there is nothing to list, to end or to fail on", async () => {
  const world = aWorld();
  expect(await world.terminals.list()).toEqual([]);
  await world.terminals.killServer();
});
