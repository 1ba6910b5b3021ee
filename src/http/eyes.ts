import type { Standing } from "#operations/standings.ts";
import type { LiveEvent } from "#protocol/live.ts";
import type { Access } from "./access.ts";
import { runnerFor, taskFor } from "./shown-to.ts";

type Body = LiveEvent["body"];

/** What one person sees of the live changes. */
export type Eyes = {
  /** As they see it; null where they see nothing of it. */
  see(body: Body): Body | null;
  close(): void;
};

const lookMs = 60_000;

/**
 * The eyes of somebody who is signed in. Their roles are looked at again every minute, and when something happens in a
 * repository that they have not been known to see.
 * @param of.repositoryOf the repository of a task; null when there is none any more
 * @param of.changed told when they see more or less than before, so that all of it has to be loaded anew
 * @throws ProblemError 503 while nothing is known of their roles
 */
export async function openEyes(of: {
  login: string;
  access: Pick<Access, "standing">;
  repositoryOf: (task: string) => string | null;
  changed: () => void;
}): Promise<Eyes> {
  const { login, access } = of;
  let standing: Standing = await access.standing(login);
  let isLooking = false;
  const unseen = new Set<string>();
  const repositories = new Map<string, string | null>();

  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const next = await access.standing(login);
      const isNew = next.key !== standing.key;
      standing = next;
      if (isNew) of.changed();
    } catch {
      // GitHub is away: what they saw counts until it is back, and the next look is a minute away.
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => {
    unseen.clear();
    void look();
  }, lookMs).unref();

  const sees = (repository: string | null): boolean => {
    if (repository === null) return standing.isAdmin;
    if (standing.sees(repository)) return true;
    if (!unseen.has(repository)) {
      unseen.add(repository);
      void look();
    }
    return false;
  };
  const ofTask = (task: string): string | null => {
    const known = repositories.get(task);
    if (known !== undefined) return known;
    const repository = of.repositoryOf(task);
    repositories.set(task, repository);
    return repository;
  };

  return {
    see(body) {
      if (body.kind === "runner") {
        const runner = runnerFor(standing, body.runner);
        return runner && { ...body, runner };
      }
      if (body.kind === "task") {
        const task = sees(body.task.repository) ? taskFor(standing, body.task) : null;
        return task && { ...body, task };
      }
      return sees(ofTask(body.task)) ? body : null;
    },
    close: () => clearInterval(timer),
  };
}
