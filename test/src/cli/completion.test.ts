import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "#cli/commands.ts";
import { openHome } from "./world.ts";

const home = openHome();
const shells = ["bash", "zsh", "fish"] as const;
const isThere = (shell: string) => spawnSync(shell, ["--version"]).error === undefined;
beforeAll(async () => {
  for (const shell of shells) writeFileSync(join(home.folder, shell), (await home.run(["completion", shell])).out);
});
afterAll(() => home.close());

/** What bash offers for a line, the cursor at its end. */
function offered(line: string): string[] {
  const words = line.split(" ");
  const script = `
    source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
    _cc_orchestrator
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync("bash", ["-c", script, "bash", join(home.folder, "bash"), ...words], { encoding: "utf8" });
  return out.split("\n").filter((word) => word !== "");
}

describe("completion", () => {
  it("offers every command, and what begins with what stands there", () => {
    const first = new Set(commands.map(({ words }) => words[0]));
    expect(new Set(offered("cco "))).toEqual(first);
    expect(offered("cco st")).toEqual(["status"]);
    expect(offered("cc-orchestrator task c")).toEqual(expect.arrayContaining(["create", "cancel"]));
    expect(offered("cco config ")).toEqual(["get", "set", "edit", "show", "path", "validate"]);
  });

  it("offers the flags of the command that stands there, after others and after its arguments too", () => {
    expect(offered("cco status --w")).toEqual(["--watch"]);
    expect(offered("cco task logs TASK-1 --f")).toEqual(["--follow"]);
    expect(offered("cco attach --json TASK-1 --r")).toEqual(["--read-only"]);
    expect(offered("cco --v")).toEqual(["--version"]);
    expect(offered("cco task logs ")).toEqual([]);
  });

  it.each(shells.filter(isThere))("is a script that %s can read", (shell) => {
    const { status, stderr } = spawnSync(shell, ["-n", join(home.folder, shell)], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it.each(["zsh", "fish"] as const)("names every command and flag in the script for %s", async (shell) => {
    const { out } = await home.run(["completion", shell]);
    const plain = out.replaceAll("'\\''", "'").replaceAll("\\:", ":");
    for (const { words, summary } of commands) {
      expect(plain).toContain(words.at(-1) ?? "");
      expect(plain).toContain(summary);
    }
    expect(out).toContain("read-only");
  });

  it("says which shells there are", async () => {
    expect(await home.run(["completion", "tcsh"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("bash, zsh, fish"),
    });
  });
});
