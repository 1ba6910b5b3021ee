import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { until } from "#test/world/until.ts";
import { worldHere } from "./opened.ts";
import { finished, hasEnded } from "./told.ts";

/** Every file below the folder, as bytes. */
function filesBelow(folder: string): { path: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    return entry.isFile() && statSync(path).size < 50_000_000 ? [{ path, bytes: readFileSync(path) }] : [];
  });
}

/** Command line and environment of every process that may be looked at; one that ends meanwhile counts as empty. */
function processTexts(): { pid: string; bytes: Buffer }[] {
  const read = (path: string) => {
    try {
      return readFileSync(path);
    } catch (error) {
      if (error instanceof Error && "code" in error) return Buffer.alloc(0);
      throw error;
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({
      pid,
      bytes: Buffer.concat([read(`/proc/${pid}/cmdline`), Buffer.from("\0"), read(`/proc/${pid}/environ`)]),
    }));
}

test("no installation token is in any file, log, process argument or environment of a run (S20, S46, S48)", async () => {
  const opened = await worldHere({
    policy: "setup:\n  - sleep 0.2\nverify:\n  - env && cat /proc/self/environ && git remote -v && git config --list\n",
    scripts: {
      default: [
        {
          text: "I look around.",
          tools: [{ name: "Bash", input: { command: "env; git config --list; git remote -v" } }],
        },
        {
          text: "And push.",
          tools: [{ name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js; sleep 1" } }],
        },
        { text: "Done." },
      ],
    },
  });
  const { github, repo, folder } = opened;
  const seen = new Map<string, string>();
  const tokensOf = () => github.tokens.map((token) => token.token).filter((token) => token.startsWith("ghs_"));
  const look = () => {
    for (const { pid, bytes } of processTexts()) {
      for (const token of tokensOf()) if (bytes.includes(token)) seen.set(token, `process ${pid}`);
    }
  };
  const issue = github.as("ada").openIssue(repo, { title: "Greet in French", body: "Say bonjour." });
  github.as("ada").label(repo, issue, "claude");
  await until("the end of the run", async () => {
    look();
    const { tasks } = await opened.operator("listTasks", {});
    return tasks.some(hasEnded) ? true : null;
  });
  await finished(opened, issue);

  const tokens = tokensOf();
  expect(tokens.length).toBeGreaterThanOrEqual(3);
  for (const { path, bytes } of filesBelow(folder)) {
    for (const token of tokens) if (bytes.includes(token)) seen.set(token, path);
  }
  expect([...seen.values()]).toEqual([]);
  // What was handed to git was for this repository and its contents alone (S47).
  const forGit = github.tokens.filter(
    (token) => Object.keys(token.permissions).includes("contents") && token.repositories !== null,
  );
  expect(forGit.length).toBeGreaterThanOrEqual(2);
  expect(github.violations).toEqual([]);
}, 60_000);

test("the search looks into files and processes: it finds what is there", async () => {
  expect(filesBelow(import.meta.dirname).some(({ bytes }) => bytes.includes("filesBelow"))).toBe(true);
  const marked = spawn("sleep", ["30"], { env: { MARK: `marked-${process.pid}` } });
  try {
    await until("the process to be found", () =>
      processTexts().some(({ bytes }) => bytes.includes(`marked-${process.pid}`)) ? true : null,
    );
  } finally {
    marked.kill();
  }
});
