import { openRedactor } from "#protocol/redact.ts";
import { inWord } from "../commands/word.ts";
import type { Picture } from "../picture.ts";
import { renderBadge } from "./check-run.ts";
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
    checkRun: renderBadge(view),
  };
  return withEachText(picture, (text) => redactor.redact(inWord(text, facts.task.policy.command_word)));
}

/** Runners redact what they send with all secrets that they know; whatever looks like one is stopped here once more (S43). */
const redactor = openRedactor({ secrets: [] });

function withEachText(picture: Picture, change: (text: string) => string): Picture {
  const { comment, pullRequest: pull, checkRun: check } = picture;
  return {
    ...picture,
    comment: comment && change(comment),
    pullRequest: pull && { ...pull, title: change(pull.title), body: change(pull.body) },
    checkRun: check && {
      ...check,
      title: change(check.title),
      summary: change(check.summary),
      annotations: check.annotations.map((one) => ({ ...one, message: change(one.message) })),
    },
  };
}
