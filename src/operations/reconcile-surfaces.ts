import { isShown } from "#domain/commit-status.ts";
import type { CheckRunPicture, StateLabel } from "#domain/picture.ts";
import { stateLabels } from "#domain/picture.ts";
import { type RepositoryRef, type TaskFacts, taskName } from "#domain/task.ts";
import type { ListedIssue } from "./ports/github.ts";
import type { Written } from "./ports/surfaces.ts";
import type { World } from "./ports/world.ts";

const dayMs = 24 * 60 * 60_000;
/** So many tasks of a repository are read back at a time, the longest unread first. */
const atOnce = 20;

type Difference = { place: string; cause: string; repaired: Written | null };

/**
 * Reads back what GitHub shows of the tasks and compares it with what was last written. Where somebody deleted or changed
 * it, it is written again: once per cause, so that whoever does the same again gets their way.
 * @returns what was repaired, in words
 */
export async function reconcileSurfaces(
  world: World,
  repository: RepositoryRef,
  listed: readonly ListedIssue[],
): Promise<string[]> {
  const { store } = world;
  const tasks = leastReadFirst(world, repository);
  const repaired: string[] = [];
  for (const task of tasks) {
    for (const difference of await differencesOf(world, task, listed)) {
      if (repair(world, task, difference))
        repaired.push(`${taskName(task.id)} ${difference.place}: ${difference.cause}`);
    }
    store.transaction(() => {
      store.reconciling.readBack(task.id, world.clock());
      // What the facts say is compared with what was written as well; that costs no call where nothing differs.
      store.surfaces.markDue(task.id, world.clock());
    });
  }
  if (tasks.length > 0) world.bell.work();
  return repaired;
}

/** The tasks whose turn it is to be compared with what GitHub shows. */
export function leastReadFirst({ store, clock }: World, repository: RepositoryRef): TaskFacts[] {
  return store.tasks
    .current(repository.id, clock() - dayMs)
    .map((task) => ({ task, readAt: store.reconciling.readBackAt(task.id) }))
    .sort((a, b) => a.readAt - b.readAt)
    .slice(0, atOnce)
    .map(({ task }) => task);
}

async function differencesOf(world: World, task: TaskFacts, listed: readonly ListedIssue[]): Promise<Difference[]> {
  const written = world.store.surfaces.ofTask(task.id);
  const found: (Difference | null)[] = [];
  const comment = written.find(({ place }) => place === "comment");
  if (comment !== undefined) found.push(await commentDifference(world, task, comment));
  const label = written.find(({ place }) => place === "label");
  if (label !== undefined) found.push(await labelDifference(world, task, label, listed));
  const checks = written.filter(({ place }) => place.startsWith("check:"));
  const check = checks.sort((a, b) => b.writtenAt - a.writtenAt)[0];
  if (check !== undefined) found.push(await checkDifference(world, task, check));
  return found.filter((one) => one !== null);
}

async function commentDifference(world: World, task: TaskFacts, written: Written): Promise<Difference | null> {
  if (written.remoteId === null) return null;
  const text = await world.github.commentText(task.repository, written.remoteId);
  if (text === null) return { place: "comment", cause: "deleted", repaired: null };
  if (plain(text) === plain(JSON.parse(written.picture) as string)) return null;
  const cause = `changed to ${plain(text).length} letters beginning with ${JSON.stringify(plain(text).slice(-200))}`;
  return { place: "comment", cause: cause.slice(0, 300), repaired: { ...written, picture: JSON.stringify("") } };
}

/** GitHub gives line ends and the last one as it likes. */
function plain(text: string): string {
  return text.replaceAll("\r\n", "\n").trimEnd();
}

async function labelDifference(
  world: World,
  task: TaskFacts,
  written: Written,
  listed: readonly ListedIssue[],
): Promise<Difference | null> {
  if (task.issue === null) return null;
  const { number } = task.issue;
  const issue = listed.find((one) => one.number === number) ?? (await world.github.issueState(task.repository, number));
  if (issue === null) return null;
  const wanted = JSON.parse(written.picture) as StateLabel | readonly StateLabel[] | null;
  // It was found before, and is still to be written.
  if (Array.isArray(wanted)) return null;
  const names = Object.entries(stateLabels) as [StateLabel, { name: string }][];
  const shown = names.filter(([, { name }]) => issue.labels.includes(name)).map(([label]) => label);
  if (shown.length === (wanted === null ? 0 : 1) && shown[0] === (wanted ?? undefined)) return null;
  const cause = shown.length === 0 ? "removed" : `shows ${shown.sort().join(" and ")}`;
  // Several at once are no picture that is ever wanted, so that whichever it is by now is written over them.
  const picture = JSON.stringify(shown.length > 1 ? shown : (shown[0] ?? null));
  return { place: "label", cause, repaired: { ...written, picture } };
}

async function checkDifference(world: World, task: TaskFacts, written: Written): Promise<Difference | null> {
  if (written.remoteId === null) return null;
  const wanted = JSON.parse(written.picture) as CheckRunPicture;
  const shown = await world.github.checkRunState(task.repository, written.remoteId);
  if (shown === null) return { place: written.place, cause: "missing", repaired: null };
  if (isShown(world.github.badge, wanted, shown)) return null;
  const cause = `shows ${shown.status} ${shown.conclusion ?? ""}`.trimEnd();
  return { place: written.place, cause, repaired: { ...written, picture: JSON.stringify({ ...wanted, title: "" }) } };
}

/** Forgets what was written, so that comparing finds the difference. @returns whether it was so, and not repaired before */
function repair(world: World, task: TaskFacts, { place, cause, repaired }: Difference): boolean {
  const { store } = world;
  return store.transaction(() => {
    const now = store.surfaces.get(task.id, place);
    // Written meanwhile: what was read is not what is there.
    if (now === null || (repaired !== null && now.writtenAt !== repaired.writtenAt)) return false;
    if (!store.reconciling.repair(task.id, place, cause, world.clock())) return false;
    if (repaired === null) store.surfaces.remove(task.id, place);
    else store.surfaces.put(repaired);
    return true;
  });
}
