import { createHash, randomBytes } from "node:crypto";
import { setStatus } from "./acts/actions.ts";
import { createCheckRun, updateCheckRun } from "./acts/checks.ts";
import { createLabel } from "./acts/labels.ts";
import { fullName, type Job, type RoleName, type Sender } from "./state/nouns.ts";
import type { World } from "./state/world.ts";

/** Sets the stage: what is there before anything happens, and what others than our people and our App do. */

export interface NewRepository {
  owner: string;
  name: string;
  private?: boolean;
  description?: string;
  defaultBranch?: string;
  files: Record<string, string>;
  collaborators?: Record<string, RoleName>;
  labels?: Record<string, string>;
  /** false: the App is not installed on it. */
  install?: boolean;
}

export interface StagedUser {
  login: string;
  id: number;
  /** A personal access token. */
  token: string;
}

export interface StagedRepository {
  owner: string;
  name: string;
  fullName: string;
  id: number;
  url: string;
  cloneUrl: string;
  /** The bare repository on disk. */
  folder: string;
  defaultBranch: string;
  /** The first commit. */
  sha: string;
  /** null: the App is not installed on it. */
  installationId: number | null;
}

export interface StagedCheck {
  name: string;
  status?: "queued" | "in_progress";
  conclusion?: string;
  title?: string;
  summary?: string;
  annotations?: { path: string; line: number; message: string }[];
  job?: Job;
}

export function stageUser(world: World, login: string, more: { name?: string } = {}): StagedUser {
  const user = world.addUser(login, more);
  const known = world.personalTokens.find((one) => one.user === user);
  const token = known?.token ?? `ghp_${createHash("sha256").update(user.login).digest("hex").slice(0, 36)}`;
  if (known === undefined) world.personalTokens.push({ token, user });
  return { login: user.login, id: user.id, token };
}

/** @returns the token that the person makes instead */
export function revokeTokens(world: World, login: string): string {
  const kept = world.personalTokens.filter(({ user }) => user.login !== login);
  const user = world.addUser(login);
  const token = `ghp_${randomBytes(18).toString("hex")}`;
  world.personalTokens.splice(0, world.personalTokens.length, ...kept, { token, user });
  return token;
}

export async function stageRepository(world: World, given: NewRepository): Promise<StagedRepository> {
  const repository = await world.addRepository({
    owner: given.owner,
    name: given.name,
    private: given.private ?? false,
    description: given.description ?? null,
    defaultBranch: given.defaultBranch ?? "main",
  });
  const { owner, defaultBranch } = repository;
  const sha = await repository.git.commitFiles({
    branch: defaultBranch,
    parent: null,
    message: "Initial commit",
    author: { name: owner.name, email: owner.email },
    at: world.now(),
    files: given.files,
  });
  for (const [login, role] of Object.entries(given.collaborators ?? {})) {
    stageUser(world, login);
    repository.roles.set(login.toLowerCase(), role);
  }
  const sender: Sender = { user: owner, byApp: false };
  for (const [name, color] of Object.entries(given.labels ?? {})) {
    createLabel(world, repository, sender, { name, color });
  }
  // Only now: the App is not told of how the stage was set.
  repository.installed = given.install ?? true;
  const url = `${world.links.url}/${fullName(repository)}`;
  return {
    owner: owner.login,
    name: repository.name,
    fullName: fullName(repository),
    id: repository.id,
    url,
    cloneUrl: `${url}.git`,
    folder: repository.git.folder,
    defaultBranch,
    sha,
    installationId: repository.installed ? world.installationOf(owner).id : null,
  };
}

export async function stageCheck(world: World, repo: string, ref: string, check: StagedCheck): Promise<number> {
  const repository = world.need(repo);
  const sha = await repository.git.resolve(ref);
  if (!sha) throw new Error(`${repo} has no commit ${ref}`);
  const sender: Sender = { user: world.actionsApp.bot, byApp: true };
  const { name, status, conclusion, title = name, summary = "" } = check;
  const { job } = check;
  const nothing = { start_column: null, end_column: null, title: null, raw_details: null, annotation_level: "failure" };
  const annotations = (check.annotations ?? []).map(({ path, line, message }) => ({
    ...{ ...nothing, path, message },
    ...{ start_line: line, end_line: line },
  }));
  // One that was going on under that name ends; anything else is another run of it.
  const open = repository.checkRuns.find(
    (run) => run.headSha === sha && run.name === name && run.status !== "completed",
  );
  if (open !== undefined && conclusion !== undefined) {
    if (job !== undefined) open.job = job;
    await updateCheckRun(world, repository, open, sender, {
      status: "completed",
      conclusion,
      output: { title, summary, annotations },
    });
    return open.id;
  }
  const given = { name, head_sha: sha, status, conclusion, output: { title, summary, annotations } };
  const made = await createCheckRun(world, repository, sender, given, world.actionsApp, job);
  return made.id;
}

/** Sets a commit status, as CI systems without an App do. */
export async function stageStatus(
  world: World,
  repo: string,
  ref: string,
  given: { context: string; state: string; description?: string; targetUrl?: string },
): Promise<void> {
  const repository = world.need(repo);
  const sha = await repository.git.resolve(ref);
  if (!sha) throw new Error(`${repo} has no commit ${ref}`);
  const { context, state, description = null, targetUrl = null } = given;
  await setStatus(
    world,
    repository,
    { user: repository.owner, byApp: false },
    { sha, context, state, description, targetUrl },
  );
}
