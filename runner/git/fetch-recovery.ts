import { askedCredential, type Credential } from "./credential.ts";
import { type Mirror, remoteOf, toleratedBlemishes } from "./mirror.ts";
import { recoveryPrefix } from "./recovery.ts";

const patienceMs = 60_000;

/**
 * Brings what was saved of a task on another machine into this mirror, beside what was saved here. To be called when the
 * mirror has been fetched.
 * @throws GitError
 */
export async function fetchRecovery(of: {
  mirror: Mirror;
  task: string;
  credential: Credential | null;
  signal: AbortSignal;
}): Promise<void> {
  const { mirror, credential, signal } = of;
  const { transport, ssh, http } = remoteOf(mirror.url);
  const saved = `${recoveryPrefix(of.task)}*`;
  const quietly = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules"];
  await mirror.git(["fetch", ...quietly, "--", mirror.url, `+${saved}:${saved}`], {
    transport,
    ssh,
    credential: credential && http ? await askedCredential(mirror.home, mirror.url, credential) : null,
    options: toleratedBlemishes,
    timeoutMs: patienceMs,
    signal,
  });
}
