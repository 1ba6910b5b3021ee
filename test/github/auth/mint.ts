import { createHmac, randomBytes } from "node:crypto";
import { fullName, type Permissions, type Repository } from "../state/nouns.ts";
import { GitHubProblem } from "../state/problem.ts";
import type { Installation, MintedToken, World } from "../state/world.ts";

const hourMs = 3_600_000;

/** A token in GitHub's format since April 2026: `ghs_APPID_JWT`, about 520 characters with dots, dashes, underscores. */
function newToken(world: World, installation: Installation): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    iss: "stand-in",
    sub: installation.id,
    jti: randomBytes(32).toString("base64url"),
    pad: "-_".repeat(96),
  };
  const unsigned = `${part({ alg: "HS512", typ: "JWT" })}.${part(claims)}`;
  const signature = createHmac("sha512", randomBytes(32)).update(unsigned).digest("base64url");
  return `ghs_${world.app.id}_${unsigned}.${signature}`;
}

/**
 * Mints an installation token, narrowed as asked. Throws GitHub's 422 when more is asked than the installation has.
 * https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app
 */
export function mintToken(
  world: World,
  installation: Installation,
  asked: { repositories?: readonly string[]; repositoryIds?: readonly number[]; permissions?: Permissions },
): MintedToken {
  const all = world.installedRepositories(installation);
  const missing = (): GitHubProblem =>
    new GitHubProblem(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  const find = (matches: (repository: Repository) => boolean): string => {
    const repository = all.find(matches);
    if (!repository) throw missing();
    return fullName(repository);
  };
  const chosen = [
    ...(asked.repositories ?? []).map((name) => find((one) => one.name.toLowerCase() === name.toLowerCase())),
    ...(asked.repositoryIds ?? []).map((id) => find((one) => one.id === id)),
  ];
  const narrowed = asked.repositories !== undefined || asked.repositoryIds !== undefined;
  for (const [permission, level] of Object.entries(asked.permissions ?? {})) {
    const granted = world.app.permissions[permission];
    if (granted !== "write" && granted !== level) {
      throw new GitHubProblem(422, "The permissions requested are not granted to this installation.");
    }
  }
  const minted: MintedToken = {
    token: newToken(world, installation),
    installationId: installation.id,
    repositories: narrowed ? [...new Set(chosen)] : null,
    permissions: { ...(asked.permissions ?? world.app.permissions), metadata: "read" },
    createdAt: world.now(),
    expiresAt: new Date(world.now().getTime() + hourMs),
    revoked: false,
  };
  world.tokens.push(minted);
  return minted;
}
