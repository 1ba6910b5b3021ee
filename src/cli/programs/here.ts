/**
 * What of ours is on this machine: programs, processes, worktrees, private files.
 */

import { join } from "node:path";
import type { TerminalHere } from "../../../runner/here/terminals.ts";
import type { WorktreeHere } from "../../../runner/here/worktrees.ts";
import { operatorTokenPath } from "../../config/access.ts";
import { configPath, githubTokenPath, openFiles } from "../../config/files.ts";
import { profilesPath } from "../../config/profiles.ts";
import { tmuxSocketOf } from "../../config/tmux-socket.ts";
import type { Env, Where } from "./configuration.ts";

export type { TerminalHere, WorktreeHere };

/** The best sandbox that this machine lets a runner make. */
export async function detectSandbox(): Promise<"bubblewrap" | "unshare" | "none"> {
  return (await import("../../../runner/sandbox/detect.ts")).detectSandbox();
}

/** Whether Claude Code is there and new enough. Never throws: what is wrong is in the answer. */
export async function checkClaude(spec: { program: string; env: Env }) {
  return (await import("../../../runner/claude/check.ts")).checkClaude(spec);
}

/** The process of the control plane that has its state in this folder; null when none runs. */
export async function serverProcess(home: string): Promise<number | null> {
  const { lockHolder } = await import("../../store/lock.ts");
  return lockHolder(join(home, "state.db"));
}

/** The folders of the runners of this machine: its own, and the one beside its server. */
export function runnerHomes(home: string): string[] {
  return ["runner", "local-runner"].map((name) => join(home, name));
}

/** The processes of the runners that work on this machine. */
export async function runnerProcesses(home: string): Promise<number[]> {
  const { runnerProcess } = await import("../../../runner/here/runner-process.ts");
  return runnerHomes(home).flatMap((one) => runnerProcess(one) ?? []);
}

export async function listWorktrees(home: string): Promise<WorktreeHere[]> {
  return (await import("../../../runner/here/worktrees.ts")).worktreesHere(runnerHomes(home));
}

/** Removes a worktree that nothing works in, after saving its work. */
export async function removeWorktree(worktree: WorktreeHere) {
  return (await import("../../../runner/here/worktrees.ts")).removeHere(worktree);
}

/** The terminals of this machine's runners. @throws TmuxFailed */
export async function listTerminals(home: string): Promise<TerminalHere[]> {
  const { terminalsHere } = await import("../../../runner/here/terminals.ts");
  return terminalsHere(runnerHomes(home).map((one) => ({ home: one, tmuxSocket: tmuxSocketOf(one) })));
}

/** Sockets of terminals that no tmux listens at any more. */
export async function staleSockets(home: string): Promise<string[]> {
  const { staleSocket } = await import("../../../runner/here/stale-socket.ts");
  const found = await Promise.all(runnerHomes(home).map((one) => staleSocket(tmuxSocketOf(one))));
  return found.flatMap((path) => path ?? []);
}

/** Whether the dashboard is built, and the folder in which `npm run build` makes it; null where it comes along. */
export async function dashboardHere(): Promise<{ isBuilt: boolean; source: string | null }> {
  const { dashboardFolder, sourceFolder } = await import("../../dashboard-folder.ts");
  return { isBuilt: dashboardFolder() !== null, source: sourceFolder() };
}

/** Every file of this person that holds keys or says where they are sent. */
export async function privatePlaces(env: Env, home: string): Promise<{ path: string; isFolder: boolean }[]> {
  const files = [configPath(env), githubTokenPath(env), profilesPath(env)];
  const ofServer = [operatorTokenPath(home), join(home, "marker.key")];
  const folders = [home, ...runnerHomes(home)];
  const registrations = runnerHomes(home).map((one) => join(one, "registration.json"));
  return [
    ...folders.map((path) => ({ path, isFolder: true })),
    ...[...files, ...ofServer, ...registrations].map((path) => ({ path, isFolder: false })),
  ];
}

/** Everything that is secret here, to be taken out of what is passed on. */
export async function secretsHere(where: Where, home: string): Promise<string[]> {
  const { secretsHere: find } = await import("../../config/secrets-here.ts");
  const files = await openFiles(where.env, where.folder);
  return find(
    where.env,
    files,
    (await privatePlaces(where.env, home)).flatMap((one) => (one.isFolder ? [] : [one.path])),
  );
}
