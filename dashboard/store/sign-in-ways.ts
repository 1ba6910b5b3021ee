import { type ReadonlySignal, signal } from "@preact/signals";
import type { Call } from "../api/call.ts";

export type SignInWays = {
  /** Where the browser is sent to be signed in with GitHub; null while that is not known, or cannot be. */
  web: ReadonlySignal<string | null>;
  look(): Promise<void>;
};

export function openSignInWays(call: Call): SignInWays {
  const web = signal<string | null>(null);
  return {
    web,
    look: async () => {
      // Without an answer there is still the operator's token to sign in with.
      const ways = await call("signInWays").catch(() => null);
      web.value = ways?.web ?? null;
    },
  };
}
