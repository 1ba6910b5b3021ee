import { inWord } from "#domain/commands/word.ts";
import { GitHubRefusedError } from "./ports/github.ts";
import type { World } from "./ports/world.ts";

/** Posts the replies that wait to be posted, each once and with the repository's own command word; one that GitHub will never take is dropped. */
export async function writeNotices(world: World): Promise<void> {
  for (const notice of world.store.notices.unwritten()) {
    const marker = notice.body.slice(0, notice.body.indexOf("-->") + "-->".length);
    const word = world.store.policies.get(notice.repository.id)?.policy.command_word;
    const body = word === undefined ? notice.body : inWord(notice.body, word);
    try {
      const there = await world.github.findComment(notice.repository, notice.issue, marker);
      if (there === null) await world.github.createComment(notice.repository, notice.issue, body);
    } catch (error) {
      if (!(error instanceof GitHubRefusedError)) throw error;
    }
    world.store.transaction(() => world.store.notices.written(notice.id));
  }
}
