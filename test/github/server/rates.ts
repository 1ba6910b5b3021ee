import type { Actor } from "../auth/actor.ts";

interface Hour {
  used: number;
  /** Seconds since 1970. */
  reset: number;
}

const limits = { anonymous: 60, app: 5000, user: 5000, installation: 5000 };

function keyOf(actor: Actor): string {
  if (actor.kind === "installation") return `installation ${actor.installation.id}`;
  return actor.kind === "user" ? `user ${actor.user.login}` : actor.kind;
}

export interface Rate {
  limit: number;
  used: number;
  remaining: number;
  reset: number;
}

/** GitHub's primary limits, counted per actor and hour. */
export class Rates {
  readonly #hours = new Map<string, Hour>();

  of(actor: Actor): Rate {
    const hour = this.#hour(keyOf(actor));
    const limit = limits[actor.kind];
    return { limit, used: hour.used, remaining: Math.max(limit - hour.used, 0), reset: hour.reset };
  }

  spend(actor: Actor): void {
    this.#hour(keyOf(actor)).used += 1;
  }

  #hour(key: string): Hour {
    const now = Math.floor(Date.now() / 1000);
    const known = this.#hours.get(key);
    if (known && known.reset > now) return known;
    const fresh = { used: 0, reset: now + 3600 };
    this.#hours.set(key, fresh);
    return fresh;
  }
}
