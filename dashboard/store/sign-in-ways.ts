import { type ReadonlySignal, signal } from "@preact/signals";
import type { Call } from "../api/call.ts";

export type SignInWays = {
  /** Where the browser is sent to be signed in with GitHub; null while that is not known, or cannot be. */
  web: ReadonlySignal<string | null>;
  /** What sign-in with GitHub takes that is not set; null while that is not known, or nothing is missing. */
  missing: ReadonlySignal<string | null>;
  look(): Promise<void>;
};

export function openSignInWays(call: Call): SignInWays {
  const web = signal<string | null>(null);
  const missing = signal<string | null>(null);
  return {
    web,
    missing,
    look: async () => {
      // Without an answer there is still the operator's token to sign in with.
      const ways = await call("signInWays").catch(() => null);
      web.value = ways?.web ?? null;
      missing.value = ways?.missing ?? null;
    },
  };
}
