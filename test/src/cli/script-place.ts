import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "#cli/version.ts";
import { openStore } from "#store/store.ts";
import type { GitWorld } from "#test/runner/git/world.ts";
import { leaveWorktree } from "./idle-worktree.ts";
import type { Place } from "./script.ts";
import { operatorToken, type StandIn } from "./server.ts";

/** Where scripts are played: a home of its own for each, a repository and a control plane for all. */
export type Stage = { folder: string; project: string; server: StandIn; git: GitWorld };

const state = ".local/state/cc-orchestrator";
const tools = join(import.meta.dirname, "../../../node_modules/.bin");

/** Scripts of programs that go on: nothing tells them of another control plane than the one that they start. */
const ofPrograms = new Set(["up", "serve", "web-start", "web-stop"]);

/** What lies in a person's home before the script begins. */
const seeds: Readonly<Record<string, (home: string, stage: Stage) => unknown>> = {
  init: (home) => {
    mkdirSync(join(home, "project/.git"), { recursive: true });
    writeFileSync(join(home, "project/package.json"), '{ "scripts": { "test": "node --test" } }');
  },
  "worktree-remove": withWorktree,
  "worktree-prune": withWorktree,
  "task-recover": withWorktree,
  "worktree-path": withTree,
  "worktree-open": withTree,
  "worktree-list": withTree,
  backup: withState,
  restore: withState,
};

function withTree(home: string): void {
  mkdirSync(join(home, state, "runner/tasks/octocat+hello-world-TASK-12/work/tree"), { recursive: true });
}

function withWorktree(home: string, { git }: Stage): Promise<string> {
  return leaveWorktree(git, join(home, state), "TASK-12");
}

function withState(home: string): void {
  mkdirSync(join(home, state), { recursive: true, mode: 0o700 });
  openStore({ file: join(home, state, "state.db") }).close();
  writeFileSync(join(home, "not-a-copy.db"), "words");
}

/** @param name of the script */
export async function placeOf(name: string, stage: Stage): Promise<Place & { home: string }> {
  const { folder, project, server } = stage;
  const home = join(folder, "homes", name);
  mkdirSync(home, { recursive: true });
  await seeds[name]?.(home, stage);
  const isOwn = ofPrograms.has(name);
  const env = {
    ...{ HOME: home, PATH: `${tools}:${process.env.PATH ?? ""}`, TZ: "UTC", SHELL: "/bin/sh" },
    ...(isOwn || name.startsWith("runner-") ? { LOG_LEVEL: "silent" } : {}),
    ...(isOwn ? {} : { CC_ORCHESTRATOR_SERVER: server.url, CC_ORCHESTRATOR_TOKEN: operatorToken }),
    ...(name === "doctor" || name === "init" ? { ANTHROPIC_API_KEY: "sk-ant-of-the-test" } : {}),
    ...{ GITHUB_API_URL: "http://127.0.0.1:9", PROJECT: project },
  };
  const isAtHome = isOwn || name in seeds || name === "version" || name.startsWith("runner-");
  const inHome = name === "init" ? join(home, "project") : home;
  return { folder: isAtHome ? inHome : project, env, home, isProgram: isOwn };
}

/** What differs from one machine and run to the next. */
export function settled(text: string, home: string, { project, server }: Stage): string {
  return (
    text
      .replaceAll(home, "~")
      .replaceAll(project, "~/project")
      .replaceAll(server.url, "http://server")
      .replaceAll(new URL(server.url).host.replace(":", "-"), "server")
      .replaceAll(/http:\/\/127\.0\.0\.1:\d{3,}/g, "http://127.0.0.1:8080")
      .replaceAll(process.execPath, "node")
      .replaceAll(/\S+\/src\/cli\/main\.ts|\S+\/vitest\S*/g, "cco")
      .replaceAll(`${tools}:${process.env.PATH ?? ""}`, "PATH")
      .replaceAll(version, "0.1.0")
      .replaceAll(process.versions.node, "24.0.0")
      .replace(/"sandbox":"(unshare|none)"/g, '"sandbox":"bubblewrap"')
      .replaceAll(`"platform": "${process.platform}"`, '"platform": "linux"')
      // A program of its own has the clock of the machine.
      .replace(/^\d\d:\d\d:\d\d TASK/gm, "10:05:00 TASK")
      .replace(/"at":"(?!2026-05-01)[^"]+"/g, '"at":"2026-05-01T10:05:00.000Z"')
      .replace(/(recovery\/TASK-\d+\/\d+)-[0-9a-f]{8}/g, "$1-0123abcd")
      .replace(/mirrors\/127\.0\.0\.1_\d+/g, "mirrors/127.0.0.1_8080")
      .replace(/20\d\d-\d\d-\d\dT[\d:]+\+00:00 {2}[0-9a-f]{10}/g, "2026-05-01T10:05:00+00:00  0123456789")
      .replace(/"id":\d+,"body"/g, '"id":1,"body"')
  );
}
