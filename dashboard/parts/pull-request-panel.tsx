import type { Task } from "#protocol/task.ts";
import type { Check } from "#protocol/verdicts.ts";
import { checkLooks, ciOf, inNeed, reviewLooks, verdictsOf } from "../domain/verdicts.ts";
import { visibleLine } from "../domain/visible.ts";
import { icons } from "./icons.tsx";
import { OutLink } from "./link.tsx";
import { Ago, Dot } from "./status.tsx";

/** The pull request: where it stands, what checks and people say of it, and whether it can be merged. */
export function PullRequestPanel({ task }: { task: Task }) {
  const { pullRequest } = task;
  if (pullRequest === null) return null;
  const verdicts = verdictsOf(task);
  const isOpen = pullRequest.state === "open";
  return (
    <section class="panel" aria-labelledby="pull-request">
      <h2 id="pull-request">Pull request</h2>
      <OutLink to={pullRequest.url} class={`pull-line pull pull-${pullRequest.state}`}>
        {icons.pullRequest}
        <span>Pull request #{pullRequest.number}</span>
        <span class="faint">{isOpen && pullRequest.draft ? "draft" : pullRequest.state}</span>
      </OutLink>
      {isOpen ? <Mergeable is={verdicts?.mergeable ?? null} /> : null}
      <Checks task={task} />
      {verdicts === null || verdicts.reviews.length === 0 ? null : (
        <ul class="verdicts" aria-label="Reviews">
          {verdicts.reviews.map(({ author, state, at }) => (
            <li key={author} class={`verdict tone-${reviewLooks[state].tone}`}>
              <Dot tone={reviewLooks[state].tone} />
              <span class="grows">
                <strong>{visibleLine(author)}</strong> {reviewLooks[state].word}
              </span>
              <span class="faint">
                <Ago at={at} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {verdicts === null && isOpen ? <p class="faint">No check and no review has been told of yet.</p> : null}
    </section>
  );
}

function Mergeable({ is }: { is: boolean | null }) {
  if (is === null) return null;
  return (
    <p class={`verdict tone-${is ? "good" : "bad"}`}>
      <Dot tone={is ? "good" : "bad"} />
      {is ? "Can be merged without a conflict" : "Conflicts with its base"}
    </p>
  );
}

function Checks({ task }: { task: Task }) {
  const ci = ciOf(task);
  if (ci === null) return null;
  return (
    <details class="checks" open={ci.failed > 0}>
      <summary class={`verdict tone-${ci.tone}`}>
        <Dot tone={ci.tone} />
        <span class="grows">{ci.sentence}</span>
      </summary>
      <ul class="verdicts" aria-label="Checks">
        {inNeed(task.verdicts?.checks ?? []).map((check) => (
          <CheckLine key={`${check.app}/${check.name}`} check={check} />
        ))}
      </ul>
    </details>
  );
}

function CheckLine({ check: { name, app, state, url } }: { check: Check }) {
  const { word, tone } = checkLooks[state];
  const title = <span class="one-line">{visibleLine(name)}</span>;
  return (
    <li class={`verdict tone-${tone}`} title={visibleLine(app)}>
      <Dot tone={tone} />
      {url === null ? (
        <span class="grows one-line">{title}</span>
      ) : (
        <OutLink to={url} class="grows one-line">
          {title}
        </OutLink>
      )}
      <span class="faint">{word}</span>
    </li>
  );
}
