import type { CommandRecord } from "./ports/commands.ts";
import type { World } from "./ports/world.ts";

/**
 * Writes down what came of a command, in the transaction of its deed; those who look are told of what was done.
 * @param of.task the task that it was said of; null for that of the issue or pull request
 */
export function recordCommand(world: World, command: CommandRecord, of: { task: number | null }): void {
  world.store.commands.insert(command);
  const { repositoryId, comment, ordinal, isDone } = command;
  if (isDone) world.bell.command({ repositoryId, comment, ordinal, ...of });
}
