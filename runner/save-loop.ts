import { type Client, RefusedError, UnreachableError } from "#protocol/client.ts";
import { inspectChanges } from "./git/inspect-changes.ts";
import { openMirror } from "./git/mirror.ts";
import { pushRecovery } from "./git/push-branch.ts";
import type { Log, RunnerConfig } from "./options.ts";
import { pause } from "./pause.ts";
import { forgetUnpushed, type Unpushed, unpushedIn } from "./unpushed.ts";

const everyMs = 30_000;

type Around = {
  options: RunnerConfig;
  client: Client;
  secrets: readonly string[];
  log: Log;
};

/**
 * Sends saved work that could not be sent when its run ended, as soon as server and remote can be reached, until `stop`
 * fires. It looks at the start, when a run has ended, and now and then: nobody tells when a network is back.
 */
export async function runSaveLoop(
  /** `changed` fires when a run was taken or has ended. */
  of: Around & { changed: () => AbortSignal; stop: AbortSignal },
): Promise<void> {
  while (!of.stop.aborted) {
    const changed = of.changed();
    await sendAllUnpushed(of, of.stop);
    await pause(everyMs, AbortSignal.any([of.stop, changed]));
  }
}

/** Sends what can be sent now. */
export async function sendAllUnpushed(of: Around, stop: AbortSignal): Promise<void> {
  for (const work of unpushedIn(of.options.home)) {
    try {
      if (!stop.aborted) await send(of, work, stop);
    } catch (error) {
      if (stop.aborted) return;
      of.log.warn({ task: work.task, error: String(error) }, "saved work could not be sent, and is tried again");
    }
  }
}

async function send(of: Around, work: Unpushed, signal: AbortSignal): Promise<void> {
  const { options, client, log } = of;
  const mirror = openMirror({ home: options.home, repository: work.repository, url: work.cloneUrl });
  const sha = await mirror.resolve(work.ref);
  // Published since, or forgotten.
  if (sha === null) return forgetUnpushed(options.home, work);
  const found = await inspectChanges({
    mirror,
    baseSha: work.baseSha,
    sha,
    protectedPaths: [],
    secrets: of.secrets,
  });
  if (found.some(({ kind }) => kind === "secret")) {
    log.warn({ task: work.task, ref: work.ref }, "saved work holds what looks like a secret and stays in the mirror");
    return forgetUnpushed(options.home, work);
  }
  const credential = await tokenFor(client, work, signal);
  if (credential === "later") return;
  if (credential === "never") return forgetUnpushed(options.home, work);
  const { username, password } = credential;
  const outcome = await pushRecovery({
    mirror,
    url: work.cloneUrl,
    ref: work.ref,
    sha,
    credential: { username, password: () => password },
    signal,
  });
  if (outcome.kind !== "pushed") throw new Error(outcome.sentence);
  log.info({ task: work.task, ref: work.ref }, "sent saved work");
  forgetUnpushed(options.home, work);
}

async function tokenFor(client: Client, { runId, epoch }: Unpushed, signal: AbortSignal) {
  try {
    return await client("credential", { params: { run: runId }, body: { epoch, access: "save" }, signal });
  } catch (error) {
    if (error instanceof UnreachableError) return "later";
    if (!(error instanceof RefusedError)) throw error;
    const { status, code } = error.problem;
    // Somebody else has the run by now: what is in the mirror stays there.
    return status === 404 || code === "stale_lease" ? "never" : "later";
  }
}
