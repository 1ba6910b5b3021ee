import { afterAll, beforeAll, expect, test } from "vitest";
import { commitTree } from "#runner/git/task-objects.ts";
import { type BranchUpdate, mergeBase, planMerge, planRebase } from "#runner/git/update-branch.ts";
import { author, type GitWorld, makeWorld } from "./world.ts";

let world: GitWorld;
beforeAll(async () => {
  world = await makeWorld({ "a.txt": "one\ntwo\nthree\n", "b.txt": "b\n" });
});
afterAll(() => world.close());

const git = async (...args: string[]) => (await world.mirror.git(args)).stdout.trim();
const names = { branch: "claude/x", base: "main" };

/** A commit with these files changed, made of objects alone. */
async function commit(parent: string, files: Record<string, string>, message: string): Promise<string> {
  const kept = (await git("ls-tree", parent))
    .split("\n")
    .filter((line) => !Object.hasOwn(files, line.split("\t")[1] ?? ""));
  for (const [path, text] of Object.entries(files)) {
    const { stdout } = await world.mirror.git(["hash-object", "-w", "--stdin"], { input: text });
    kept.push(`100644 blob ${stdout.trim()}\t${path}`);
  }
  const { stdout: tree } = await world.mirror.git(["mktree"], { input: `${kept.join("\n")}\n` });
  return commitTree(world.mirror, { tree: tree.trim(), parent, message, author });
}

const show = (update: BranchUpdate, path: string) => git("show", `${update.tree}:${path}`);
const subjects = (from: string, to: string) => git("log", "--reverse", "--format=%s", `${from}..${to}`);

test("a merge that conflicts holds markers, names the paths, and has the base for its second parent", async () => {
  const base = await commit(world.baseSha, { "a.txt": "one\nbase\nthree\n", "c.txt": "c\n" }, "Base");
  const head = await commit(world.baseSha, { "a.txt": "one\nwork\nthree\n" }, "Work");
  const update = await planMerge(world.mirror, { head, base, names });
  expect(update).toMatchObject({
    start: head,
    merged: base,
    conflicts: ["a.txt"],
    message: "Merge main into claude/x",
  });
  expect(await show(update, "a.txt")).toMatch(/^one\n<{7} .*\nwork\n={7}\nbase\n>{7} .*\nthree$/);
  expect(await show(update, "c.txt")).toBe("c");
  expect(await planMerge(world.mirror, { head: base, base: world.baseSha, names })).toMatchObject({
    tree: null,
    merged: null,
  });
});

test("a rebase puts commits onto the base one by one, and makes one of those from the first that conflicts on", async () => {
  const base = await commit(world.baseSha, { "a.txt": "one\nbase\nthree\n" }, "Base");
  const first = await commit(world.baseSha, { "b.txt": "more\n" }, "Add more");
  const empty = await commit(first, {}, "Start");
  const second = await commit(empty, { "a.txt": "one\nwork\nthree\n" }, "Change a\n\nWhy.");
  const head = await commit(second, { "d.txt": "d\n" }, "Add d");
  const update = await planRebase(world.mirror, { head, base, author });
  expect(update).toMatchObject({ merged: null, conflicts: ["a.txt"], message: "Change a\n\nWhy.\n\nAdd d" });
  expect(await subjects(base, update.start)).toBe("Add more");
  expect(await show(update, "a.txt")).toMatch(/^one\n<{7} .*\nbase\n={7}\nwork\n>{7} .*\nthree$/);
  expect(await show(update, "d.txt")).toBe("d");
  expect(await mergeBase(world.mirror, head, base)).toBe(world.baseSha);
});

test("a rebase without a conflict leaves nothing to resolve, and a branch with merges in it is taken as a whole", async () => {
  const base = await commit(world.baseSha, { "c.txt": "c\n" }, "Base");
  const first = await commit(world.baseSha, { "b.txt": "more\n" }, "Add more");
  const head = await commit(first, { "d.txt": "d\n" }, "Add d");
  const clean = await planRebase(world.mirror, { head, base, author });
  expect(clean).toMatchObject({ tree: null, conflicts: [] });
  expect(await subjects(base, clean.start)).toBe("Add more\nAdd d");
  const side = await commit(world.baseSha, { "e.txt": "e\n" }, "Side");
  const tree = await git("merge-tree", "--write-tree", head, side);
  const merge = await commitTree(world.mirror, { tree, parent: head, merged: side, message: "Merge", author });
  const whole = await planRebase(world.mirror, { head: merge, base, author });
  expect(whole).toMatchObject({ start: base, merged: null, conflicts: [] });
  expect((await git("ls-tree", "--name-only", whole.tree ?? "")).split("\n")).toEqual([
    "a.txt",
    "b.txt",
    "c.txt",
    "d.txt",
    "e.txt",
  ]);
});
