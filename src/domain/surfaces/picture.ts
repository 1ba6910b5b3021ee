import { inWord } from "../commands/word.ts";
import type { Picture } from "../picture.ts";
import { renderCheckRun } from "./check-run.ts";
import { renderComment } from "./comment.ts";
import { labelOf } from "./labels.ts";
import { renderPullRequest } from "./pull-request.ts";
import { type SurfaceFacts, viewOf } from "./view.ts";

/** What GitHub should show of a task now. The same facts give the same picture, to the letter. */
export function pictureOf(facts: SurfaceFacts): Picture {
  const view = viewOf(facts);
  const picture: Picture = {
    comment: renderComment(view),
    label: facts.task.issue === null ? null : labelOf(facts.state),
    pullRequest: renderPullRequest(view),
    checkRun: renderCheckRun(view),
  };
  return inRepositorysWord(picture, facts.task.policy.command_word);
}

function inRepositorysWord(picture: Picture, word: string): Picture {
  const { comment, pullRequest, checkRun } = picture;
  return {
    ...picture,
    comment: comment && inWord(comment, word),
    pullRequest: pullRequest && { ...pullRequest, body: inWord(pullRequest.body, word) },
    checkRun: checkRun && { ...checkRun, summary: inWord(checkRun.summary, word) },
  };
}
