import type { Commented } from "./command-context.ts";
import { GitHubRefusedError, type Reaction } from "./ports/github.ts";
import type { World } from "./ports/world.ts";

/** @returns false when the comment is gone: whoever wrote it has taken it back */
export async function reactTo(world: World, { repository, comment }: Commented, reaction: Reaction): Promise<boolean> {
  try {
    await world.github.react(repository, comment, reaction);
    return true;
  } catch (error) {
    if (error instanceof GitHubRefusedError) return error.status !== 404 && error.status !== 410;
    throw error;
  }
}
