import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { z } from "zod";
import type { JobTokens } from "#operations/ports/job-tokens.ts";
import { ProblemError } from "#operations/problem-error.ts";

const Claims = z.object({
  repository_id: z.string().regex(/^\d{1,15}$/),
  workflow_ref: z.string().max(1_000),
  ref: z.string().max(500),
  run_id: z.string().regex(/^\d{1,20}$/),
  run_attempt: z.string().regex(/^\d{1,6}$/),
});

/**
 * Reads the tokens that GitHub signs for jobs of GitHub Actions. Its keys are fetched when they are needed, kept, and
 * fetched anew when a token names one that is not among them.
 * https://docs.github.com/en/actions/reference/security/oidc
 * @param issuer `https://token.actions.githubusercontent.com`, or `https://HOST/_services/token` of an Enterprise server
 * @param audience what a token has to be for: this control plane's address
 */
export function openJobTokens({ issuer, audience }: { issuer: string; audience: () => string }): JobTokens {
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`), {
    timeoutDuration: 10_000,
    // Tokens with a key that nobody knows are not to make us ask GitHub again and again.
    cooldownDuration: 1_000,
  });
  return {
    async read(token) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer,
          audience: audience(),
          algorithms: ["RS256"],
          clockTolerance: 30,
          requiredClaims: ["exp", "iat"],
          maxTokenAge: "15m",
        });
        const claims = Claims.parse(payload);
        return {
          repositoryId: Number(claims.repository_id),
          workflowRef: claims.workflow_ref,
          ref: claims.ref,
          runId: claims.run_id,
          runAttempt: claims.run_attempt,
        };
      } catch (error) {
        throw problemOf(error);
      }
    },
  };
}

function problemOf(error: unknown): ProblemError {
  const isKeys =
    error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error instanceof TypeError;
  if (isKeys)
    return new ProblemError(
      { status: 503, code: "keys_unreachable", title: "GitHub's keys cannot be read now.", advice: "Try again soon." },
      { cause: error },
    );
  const why = error instanceof errors.JWTExpired ? "has expired" : "is not signed by GitHub for this server";
  return new ProblemError(
    {
      status: 401,
      code: "job_token_invalid",
      title: `The job's token ${why}.`,
      advice: "The workflow needs `permissions: id-token: write`, and `server` must be this server's public address.",
    },
    { cause: error },
  );
}
