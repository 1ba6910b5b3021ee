import { mayCommand, parseCommands } from "#domain/commands/parse-commands.ts";
import { reasons } from "#domain/reasons.ts";
import type { RepositoryRef } from "#domain/task.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import { acceptDelivery } from "./accept-delivery.ts";
import type { Commented } from "./command-context.ts";
import type { ListedComment } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { refuse } from "./submit-task.ts";

const minuteMs = 60_000;
/** What GitHub shows a moment late, because one of its machines lags behind, is still found. */
const overlapMs = minuteMs;
/** The first look takes this much for old, by whichever clock: it acts on nothing, and begins with the newest of it. */
const firstLookMs = 24 * 60 * minuteMs;

/**
 * Notes what stands there before anything begins that people could speak to: of what is said from then on nothing is
 * taken for old, whenever the control plane should end. Does nothing when it was noted before.
 */
export async function beginComments(world: World, repository: RepositoryRef): Promise<void> {
  if (world.store.marks.get(place, String(repository.id)) === null) await pollComments(world, repository);
}

/** Under which `marks` keeps how far the comments of each repository were read. */
const place = "github comments";

/**
 * Takes up the comments that nobody told us of, each once and as if by a webhook: known by its id, stored before it is
 * worked. What stood there before the first look asks for nothing.
 * @returns how many were taken up
 */
export async function pollComments(world: World, repository: RepositoryRef): Promise<number> {
  const { store, github } = world;
  const name = String(repository.id);
  const readUntil = store.marks.get(place, name);
  const since = readUntil === null ? world.clock() - firstLookMs : Number(readUntil);
  const listed = await github.commentsSince(repository, since);
  let taken = 0;
  for (const comment of listed) {
    const guid = `comment ${repository.id} ${comment.id}`;
    // One of before that is listed again was changed since: that is no new word.
    if (comment.createdAt < since || store.deliveries.isKnown(guid)) continue;
    const isNews = readUntil !== null && isWorthHearing(comment);
    const happening = isNews ? await commentedOf(world, repository, comment) : null;
    const receivedAt = world.clock();
    const told = { guid, hookId: "poll", event: "issue_comment", action: "created", receivedAt, happening };
    if (acceptDelivery(world, told) && happening !== null) taken += 1;
  }
  const newest = listed.at(-1)?.updatedAt;
  const until = newest === undefined ? since : Math.max(since, newest - overlapMs);
  if (readUntil === null || until > since) {
    store.transaction(() => store.marks.put(place, name, String(until), world.clock()));
  }
  return taken;
}

/** Only somebody's own words; a bot's only where they may be a command. */
function isWorthHearing({ author, isOurs, body, isPullRequest }: ListedComment): boolean {
  if (isOurs || body.trim() === "") return false;
  return !author.isBot || mayCommand(body, isPullRequest);
}

/** Null where it asks for work on an issue that somebody has changed since: what was asked for is not there any more. */
async function commentedOf(world: World, repository: RepositoryRef, comment: ListedComment): Promise<Commented | null> {
  const { id, thread, isPullRequest, author, body, createdAt } = comment;
  const told = { repository, thread, isPullRequest, comment: id, body, actor: author, at: createdAt };
  if (isPullRequest) return { kind: "commented", ...told, issue: null };
  const policy = world.store.policies.get(repository.id)?.policy ?? defaultPolicy;
  if (!beginsWork(body, policy.command_word)) return { kind: "commented", ...told, issue: { title: "", body: "" } };
  const { title, body: text } = await world.github.issue(repository, thread);
  const { renamedAt } = await world.github.labelling(repository, thread, policy.label);
  // Read after the text: whoever changed it since the comment may be a stranger.
  if (Math.max(renamedAt, await world.github.editedAt(repository, thread)) >= createdAt) {
    refuse(world, repository, thread, author.login, reasons.editedSinceComment());
    return null;
  }
  return { kind: "commented", ...told, issue: { title, body: text } };
}

/** Whether the issue's own words matter: those of other commands are not read. */
function beginsWork(body: string, word: string): boolean {
  if (!mayCommand(body, false)) return false;
  return parseCommands(body, { word, appName: null }).some(({ verb }) => verb === "run" || verb === "plan");
}
