import { createVerify } from "node:crypto";
import { GitHubProblem } from "../state/problem.ts";
import type { App } from "../state/world.ts";

function refuse(message: string): GitHubProblem {
  return new GitHubProblem(401, message);
}

function decode(part: string | undefined): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part ?? "", "base64url").toString()) as Record<string, unknown>;
  } catch {
    throw refuse("A JSON web token could not be decoded");
  }
}

/**
 * Checks an App's JWT as GitHub does: RS256 by the App's key, issued not in the future, expiring within 10 minutes,
 * `iss` the App's id or client id. Throws a 401 in GitHub's words.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export function checkAppJwt(app: App, token: string): void {
  const [header, payload, signature, ...rest] = token.split(".");
  if (!header || !payload || !signature || rest.length > 0) throw refuse("A JSON web token could not be decoded");
  if (decode(header).alg !== "RS256") throw refuse("A JSON web token could not be decoded");
  const verify = createVerify("RSA-SHA256").update(`${header}.${payload}`);
  if (!verify.verify(app.publicKey, signature, "base64url")) throw refuse("A JSON web token could not be decoded");
  const claims = decode(payload);
  const now = Date.now() / 1000;
  if (typeof claims.iat !== "number" || claims.iat > now + 5) {
    throw refuse("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
  }
  if (typeof claims.exp !== "number") throw refuse("Missing 'exp' claim in assertion");
  if (claims.exp <= now) throw refuse("'Expiration time' claim ('exp') is too far in the past");
  if (claims.exp > now + 605) throw refuse("'Expiration time' claim ('exp') is too far in the future");
  if (String(claims.iss) !== String(app.id) && claims.iss !== app.clientId) {
    throw new GitHubProblem(404, "Integration not found");
  }
}
