import { refusalOf } from "#domain/gate.ts";
import { noLinks } from "#domain/links.ts";
import { type RepositoryRef, taskName } from "#domain/task.ts";
import type { Policy } from "#protocol/policy.ts";
import type { Origin } from "#protocol/task.ts";
import type { Reason } from "#protocol/words.ts";
import { insertTask } from "./insert-task.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import type { Submitted, WishElsewhere } from "./ports/elsewhere.ts";
import { GitHubRefusedError, type RepositoryNow } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { readPolicy } from "./read-policy.ts";
import { roleOf } from "./role-of.ts";
import { insertRun } from "./submit-task.ts";

/**
 * Makes a task with a queued run of what somebody wishes elsewhere, as if they had labelled an issue: the repository's
 * policy decides, and GitHub is asked for their role at that moment. Whatever came from there under the same name before
 * is the same task.
 * @throws when GitHub does not answer
 */
export async function submitElsewhere(world: World, wish: WishElsewhere): Promise<Submitted> {
  const known = knownTask(world, wish.origin);
  if (known !== null) return known;
  const repository = await find(world, wish.repository);
  if (repository === null) {
    const sentence = `The App is not installed in a repository ${wish.repository}.`;
    return { refusal: { code: "no_repository", sentence, advice: "The operator sets the repository right." } };
  }
  const { policy, problem } = await readPolicy(world, repository);
  if (policy === null) {
    const sentence = "The repository's policy file cannot be read.";
    return { refusal: problem?.reason ?? { code: "policy_broken", sentence } };
  }
  const actor = { login: wish.login, isBot: false };
  const [role, there] = await Promise.all([
    roleOf(world, repository, actor, policy),
    world.github.repository(repository),
  ]);
  const { publicRepositories } = world.operator;
  const refusal = refusalOf({ actor, role, policy, needed: policy.role, repository: there, publicRepositories });
  if (refusal !== null) return { refusal: inWordsOf(refusal) };
  const submitted = world.store.transaction(
    () => knownTask(world, wish.origin) ?? insert(world, wish, { repository, policy, there }),
  );
  world.bell.queue();
  world.bell.work();
  return submitted;
}

function knownTask(world: World, { place, key }: Origin): Submitted | null {
  const task = world.store.tasks.byOrigin(place, key);
  return task === null ? null : { task: taskName(task.id), isNew: false };
}

async function find(world: World, name: string): Promise<RepositoryRef | null> {
  try {
    return await world.github.find(name);
  } catch (error) {
    if (error instanceof GitHubRefusedError) return null;
    throw error;
  }
}

/** The gate's advice speaks of an issue's label. */
function inWordsOf({ code, sentence }: Reason): Reason {
  return { code, sentence };
}

/** Part of a transaction. */
function insert(
  world: World,
  wish: WishElsewhere,
  found: { repository: RepositoryRef; policy: Policy; there: RepositoryNow },
): Submitted {
  const at = world.clock();
  const { title, body, comments, omittedComments, origin, login: requestedBy, priority } = wish;
  const { repository, policy, there } = found;
  const snapshot = { title, body, comments, omittedComments, takenAt: at };
  const asked = { repository, cloneUrl: there.cloneUrl, issue: null, origin, policy, links: noLinks };
  const task = insertTask(world, { ...asked, snapshot, requestedBy, priority }, null);
  insertRun(world, task, [], wish.isPlan ? "plan" : undefined);
  refreshQueuedSurfaces(world);
  world.store.surfaces.markDue(task.id, at);
  world.bell.task(task.id);
  return { task: taskName(task.id), isNew: true };
}
