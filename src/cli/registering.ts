import type { Client } from "#protocol/client.ts";
import type { RunnerSettings } from "./programs/configuration.ts";
import { detectSandbox } from "./programs/here.ts";
import { createHome, keepRegistration } from "./programs/kept.ts";
import { version } from "./version.ts";

/**
 * Exchanges a one-time token for a credential of this runner's own and keeps it.
 * @param call a caller of `server` that needs no token
 * @returns the file that holds the registration, mode 0600
 * @throws RefusedError for a token that is unknown, used or too old
 */
export async function registerRunner(
  call: Client,
  server: string,
  token: string,
  settings: RunnerSettings,
): Promise<{ runnerId: number; path: string }> {
  const { name, slots } = settings;
  const labels = [...settings.labels];
  const repositories = [...settings.repositories];
  const sandbox = await detectSandbox();
  const body = { token, name, labels, slots, repositories, version, sandbox };
  const { runnerId, credential } = await call("register", { body });
  await createHome(settings.home);
  const path = await keepRegistration(settings.home, {
    server,
    runnerId,
    credential,
    name,
    labels,
    slots,
    repositories,
  });
  return { runnerId, path };
}
