import { answersTogetherMs, mostAnswers, renderReply } from "#domain/surfaces/reply.ts";
import type { RepositoryRef } from "#domain/task.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import type { World } from "./ports/world.ts";

/** Part of a transaction: the reply under an issue or pull request says what was answered last. */
export function putReply(world: World, repository: RepositoryRef, thread: number): void {
  const { store, operator } = world;
  const since = world.clock() - answersTogetherMs;
  const answers = store.commands
    .answered(repository.id, thread, since, mostAnswers)
    .flatMap(({ by, line, answer }) => (answer === null ? [] : [{ by, line, answer }]));
  const word = store.policies.get(repository.id)?.policy.command_word ?? defaultPolicy.command_word;
  const body = renderReply(answers, { repositoryId: repository.id, thread, markerKey: operator.markerKey, word });
  store.replies.put({ repository, thread, body });
}
