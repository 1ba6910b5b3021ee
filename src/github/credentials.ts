import type { Octokit } from "./octokit.ts";

export type Credential = { username: string; password: string; expiresAt: string };

/**
 * A new installation token for git, good for this one repository and for nothing but its contents, for one hour.
 * Made as the app and never kept, so that each git operation has its own.
 */
export async function gitCredential(
  app: Octokit,
  repository: { id: number; installationId: number },
  access: "read" | "write",
): Promise<Credential> {
  const { data } = await app.rest.apps.createInstallationAccessToken({
    installation_id: repository.installationId,
    repository_ids: [repository.id],
    permissions: { contents: access, metadata: "read" },
  });
  return { username: "x-access-token", password: data.token, expiresAt: data.expires_at };
}
