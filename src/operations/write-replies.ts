import { replyMarker } from "#domain/surfaces/marker.ts";
import type { Reply } from "./ports/commands.ts";
import { GitHubRefusedError } from "./ports/github.ts";
import type { World } from "./ports/world.ts";

/** Writes the answers to commands that GitHub does not show yet: one comment under each issue or pull request. */
export async function writeReplies(world: World): Promise<void> {
  for (const reply of world.store.replies.unwritten()) {
    let remoteId: string | null = null;
    try {
      remoteId = await show(world, reply);
    } catch (error) {
      // Locked, or gone: another try changes nothing.
      if (!(error instanceof GitHubRefusedError)) throw error;
    }
    world.store.transaction(() => world.store.replies.written(reply, remoteId));
  }
}

/** @returns GitHub's id of the comment */
async function show(world: World, { repository, thread, remoteId, body }: Reply): Promise<string> {
  const { github, operator } = world;
  const marker = replyMarker({ repositoryId: repository.id, thread }, operator.markerKey);
  const known = remoteId ?? (await github.findComment(repository, thread, marker));
  if (known === null) return github.createComment(repository, thread, body);
  try {
    await github.updateComment(repository, known, body);
    return known;
  } catch (error) {
    // Somebody has deleted it; a new question deserves a new answer.
    if (!(error instanceof GitHubRefusedError) || (error.status !== 404 && error.status !== 410)) throw error;
    return github.createComment(repository, thread, body);
  }
}
