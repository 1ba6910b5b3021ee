import type { CheckRunPicture } from "#domain/picture.ts";
import { GitHubRefusedError } from "#operations/ports/github.ts";
import { boundedText, boundedTitle } from "./bounded-text.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";
import type { Us } from "./us.ts";

/** The newest check run of ours on that commit under that name with our own name for it. */
export async function findCheckRun(
  octokit: Octokit,
  place: Place,
  picture: CheckRunPicture,
  us: Us,
): Promise<string | null> {
  const { data } = await octokit.rest.checks.listForRef({
    ...place,
    ref: picture.headSha,
    check_name: picture.name,
    ...(us.appId === null ? {} : { app_id: us.appId }),
    filter: "all",
    per_page: 100,
  });
  const ours = data.check_runs.filter(
    (run) =>
      run.external_id === picture.externalId &&
      run.head_sha === picture.headSha &&
      (us.appId === null || run.app?.id === us.appId),
  );
  const newest = ours.sort((a, b) => b.id - a.id)[0];
  return newest === undefined ? null : String(newest.id);
}

export async function createCheckRun(octokit: Octokit, place: Place, picture: CheckRunPicture): Promise<string> {
  const { data } = await octokit.rest.checks.create({
    ...place,
    ...fieldsOf(picture),
    name: picture.name,
    head_sha: picture.headSha,
  });
  return String(data.id);
}

export async function updateCheckRun(
  octokit: Octokit,
  place: Place,
  id: string,
  picture: CheckRunPicture,
): Promise<void> {
  if (!isCheckRunId(id)) throw new GitHubRefusedError(404, "What was written there was no check run");
  await octokit.rest.checks.update({ ...place, ...fieldsOf(picture), check_run_id: Number(id) });
}

/** Check runs have numbers; a commit status is known by its commit. */
export function isCheckRunId(id: string): boolean {
  return /^[0-9]{1,15}$/.test(id);
}

function fieldsOf(picture: CheckRunPicture) {
  const startedAt = picture.startedAt === null ? {} : { started_at: picture.startedAt };
  const annotations = picture.annotations.slice(0, 50).map(({ path, line, column, message }) => ({
    path,
    start_line: line,
    end_line: line,
    ...(column === null ? {} : { start_column: column, end_column: column }),
    annotation_level: "failure" as const,
    message: boundedText(message, 4_000),
  }));
  const words = { title: boundedTitle(picture.title, 250), summary: boundedText(picture.summary) };
  const output = annotations.length === 0 ? words : { ...words, annotations };
  const { actions } = picture;
  const common = { external_id: picture.externalId, ...startedAt, output, actions };
  if (picture.status !== "completed") return { ...common, status: picture.status };
  const completedAt = picture.completedAt === null ? {} : { completed_at: picture.completedAt };
  // GitHub refuses a completed check run without a conclusion; neutral claims nothing.
  return { ...common, ...completedAt, status: picture.status, conclusion: picture.conclusion ?? ("neutral" as const) };
}
