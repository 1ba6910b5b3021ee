import { inWord } from "../commands/word.ts";
import { replyMarker } from "./marker.ts";
import { code } from "./words.ts";

/** Answers so young stand beside the newest one: whoever asked within the same minute can still read theirs. */
export const answersTogetherMs = 60_000;
export const mostAnswers = 5;

export type Answered = { by: string; line: string; answer: string };

/** The one comment that answers commands under an issue or pull request; the newest answer is the last. */
export function renderReply(
  answers: readonly Answered[],
  of: { repositoryId: number; thread: number; markerKey: string; word: string },
): string {
  const parts = newestOfEach(answers).map(({ by, line, answer }) => {
    const isLogin = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/.test(by);
    return inWord(`${isLogin ? `@${by}` : code(by)} · ${code(line, 120)}\n\n${answer}`, of.word);
  });
  return [replyMarker(of, of.markerKey), parts.join("\n\n---\n\n")].join("\n\n");
}

/** Who asked the same again gets the newer answer only. */
function newestOfEach(answers: readonly Answered[]): Answered[] {
  return answers.filter(
    (one, at) => !answers.some((later, place) => place > at && later.by === one.by && later.line === one.line),
  );
}
