import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const lifetimeMs = 10 * 60_000;

/** What a browser keeps while its person is at GitHub. */
export type SignInBegun = { state: string; verifier: string; challenge: string; to: string };

export type SignInCookies = {
  /** @param to a path of ours to come back to */
  begin(to: string): { begun: SignInBegun; value: string; seconds: number };
  /** Null for what is too old, or none of ours. */
  read(value: string): SignInBegun | null;
};

/** Signed, so that nobody plants one: a sign-in that another site began would be theirs. */
export function openSignInCookies({ secret, clock }: { secret: string; clock: () => number }): SignInCookies {
  const key = createHmac("sha256", secret).update("cc-orchestrator sign-in").digest();
  const sign = (content: string) => createHmac("sha256", key).update(content).digest();
  return {
    begin(to) {
      const begun = begunWith(randomBytes(24).toString("base64url"), randomBytes(32).toString("base64url"), to);
      const content = [clock() + lifetimeMs, begun.state, begun.verifier, Buffer.from(to).toString("base64url")].join(
        ".",
      );
      const value = `${content}.${sign(content).toString("base64url")}`;
      return { begun, value, seconds: lifetimeMs / 1_000 };
    },
    read(value) {
      const found = /^((\d{13})\.([\w-]{32})\.([\w-]{43})\.([\w-]{1,700}))\.([\w-]{43})$/.exec(value);
      const [, content = "", expires = "", state = "", verifier = "", to = "", signature = ""] = found ?? [];
      if (found === null || !timingSafeEqual(sign(content), Buffer.from(signature, "base64url"))) return null;
      return Number(expires) > clock() ? begunWith(state, verifier, Buffer.from(to, "base64url").toString()) : null;
    },
  };
}

/** https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
function begunWith(state: string, verifier: string, to: string): SignInBegun {
  return { state, verifier, challenge: createHash("sha256").update(verifier).digest("base64url"), to };
}
