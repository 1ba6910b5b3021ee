import type { PullRequest } from "#protocol/task.ts";
import type { Annotation, CheckRunPicture, Picture, PullRequestPicture, StateLabel } from "./picture.ts";

/** What was last written to one place: `reaction`, `comment`, `label`, `pull_request` or `check:<sha>`. */
export type WrittenPicture = { place: string; remoteId: string | null; picture: string };

/** One write to GitHub. Once it is done, `picture` is stored as written to `place`. */
export type SurfaceStep = { place: string; picture: string } & (
  | { do: "react" }
  | { do: "create_comment"; marker: string; body: string }
  | { do: "update_comment"; remoteId: string; body: string }
  | { do: "show_label"; label: StateLabel | null; before: StateLabel | null }
  | { do: "open_pull_request"; pullRequest: PullRequestPicture }
  | { do: "update_pull_request"; number: number; pullRequest: PullRequestPicture }
  | { do: "mark_ready"; number: number }
  | { do: "create_check_run"; checkRun: CheckRunPicture }
  | { do: "update_check_run"; remoteId: string; checkRun: CheckRunPicture }
  | { do: "close_check_run"; remoteId: string; checkRun: CheckRunPicture }
);

export type PlanFacts = {
  picture: Picture;
  written: readonly WrittenPicture[];
  /** The task's pull request, once it is known. */
  pullRequest: Pick<PullRequest, "number" | "state" | "draft"> | null;
};

/**
 * What has to be written so that GitHub shows the picture; nothing when it does.
 *
 * The order is that of urgency, except that a pull request is opened before the texts that link to it: after
 * `open_pull_request` it pays to make the picture anew and to plan again.
 */
export function planSurfaces(facts: PlanFacts): SurfaceStep[] {
  return [
    ...reactionSteps(facts),
    ...newCommentSteps(facts),
    ...pullRequestSteps(facts),
    ...checkRunSteps(facts),
    ...changedCommentSteps(facts),
    ...labelSteps(facts),
  ];
}

function writtenAt(facts: PlanFacts, place: string): WrittenPicture | null {
  return facts.written.find((written) => written.place === place) ?? null;
}

function reactionSteps(facts: PlanFacts): SurfaceStep[] {
  if (facts.picture.comment === null || writtenAt(facts, "reaction") !== null) return [];
  return [{ do: "react", place: "reaction", picture: JSON.stringify("eyes") }];
}

function newCommentSteps(facts: PlanFacts): SurfaceStep[] {
  const body = facts.picture.comment;
  if (body === null || typeof writtenAt(facts, "comment")?.remoteId === "string") return [];
  const marker = body.split("\n", 1)[0] ?? "";
  return [{ do: "create_comment", place: "comment", picture: JSON.stringify(body), marker, body }];
}

function changedCommentSteps(facts: PlanFacts): SurfaceStep[] {
  const body = facts.picture.comment;
  const written = writtenAt(facts, "comment");
  if (body === null || written?.remoteId == null) return [];
  const picture = JSON.stringify(body);
  return picture === written.picture
    ? []
    : [{ do: "update_comment", place: "comment", picture, remoteId: written.remoteId, body }];
}

function labelSteps(facts: PlanFacts): SurfaceStep[] {
  const { label, comment } = facts.picture;
  const written = writtenAt(facts, "label");
  const picture = JSON.stringify(label);
  if (comment === null || picture === (written?.picture ?? "null")) return [];
  // A list is what reconciling found: more labels than one, of which whoever writes has to look which are there.
  const known: StateLabel | readonly StateLabel[] | null = written === null ? null : JSON.parse(written.picture);
  const before = typeof known === "string" ? known : null;
  return [{ do: "show_label", place: "label", picture, label, before }];
}

function pullRequestSteps(facts: PlanFacts): SurfaceStep[] {
  const { pullRequest: wanted } = facts.picture;
  const place = "pull_request";
  const known = facts.pullRequest;
  if (wanted === null) return [];
  if (known === null) {
    // Born a draft: it leaves that state in a step of its own.
    const draft = { ...wanted, ready: false };
    return [{ do: "open_pull_request", place, picture: JSON.stringify(draft), pullRequest: draft }];
  }
  if (known.state !== "open") return [];
  const written = writtenAt(facts, place);
  const before: PullRequestPicture | null = written === null ? null : JSON.parse(written.picture);
  const wasReady = before?.ready === true;
  const steps: SurfaceStep[] = [];
  const text = { ...wanted, ready: wasReady };
  if (before === null || JSON.stringify(text) !== JSON.stringify(before)) {
    steps.push({
      do: "update_pull_request",
      place,
      picture: JSON.stringify(text),
      number: known.number,
      pullRequest: text,
    });
  }
  // A person may have made it ready, or a draft again: we say ready once and leave the rest to them.
  if (wanted.ready && !wasReady) {
    steps.push({ do: "mark_ready", place, picture: JSON.stringify({ ...text, ready: true }), number: known.number });
  }
  return steps;
}

function checkRunSteps(facts: PlanFacts): SurfaceStep[] {
  const wanted = facts.picture.checkRun;
  if (wanted === null) return [];
  const place = `check:${wanted.headSha}`;
  const picture = JSON.stringify(wanted);
  const steps = facts.written.flatMap((written) => closeOlder(written, place, wanted));
  const written = writtenAt(facts, place);
  if (written?.remoteId == null) return [{ do: "create_check_run", place, picture, checkRun: wanted }, ...steps];
  if (written.picture === picture) return steps;
  const checkRun = { ...wanted, annotations: freshAnnotations(wanted, written) };
  return [{ do: "update_check_run", place, picture, remoteId: written.remoteId, checkRun }, ...steps];
}

/** Those that GitHub was not given yet: it keeps all that it ever got. */
function freshAnnotations({ annotations }: CheckRunPicture, written: WrittenPicture): Annotation[] {
  const before: Partial<CheckRunPicture> = JSON.parse(written.picture);
  const known = new Set((before.annotations ?? []).map((one) => JSON.stringify(one)));
  return annotations.filter((one) => !known.has(JSON.stringify(one)));
}

/** An unfinished check run on an older head would stay so for ever. */
function closeOlder(written: WrittenPicture, current: string, wanted: CheckRunPicture): SurfaceStep[] {
  if (!written.place.startsWith("check:") || written.place === current || written.remoteId === null) return [];
  const before: CheckRunPicture = JSON.parse(written.picture);
  if (before.status === "completed") return [];
  const checkRun: CheckRunPicture = {
    ...before,
    status: "completed",
    conclusion: "neutral",
    title: "Superseded: the branch has moved on",
    summary: `The work goes on at ${wanted.headSha.slice(0, 7)}; look at the check run there.`,
    completedAt: wanted.completedAt ?? wanted.startedAt ?? before.startedAt,
    actions: [],
    annotations: [],
  };
  const picture = JSON.stringify(checkRun);
  return [{ do: "close_check_run", place: written.place, picture, remoteId: written.remoteId, checkRun }];
}
