import type { SessionEnds } from "#operations/ports/session-ends.ts";

/** Which sessions were ended, where nothing is to be written down. */
export function endsInMemory(): SessionEnds {
  const ended = new Set<string>();
  const all = new Map<string, number>();
  return {
    end: (session) => void ended.add(session),
    isEnded: (session) => ended.has(session),
    endAll: (who, at) => void all.set(who, at),
    endedAt: (who) => all.get(who) ?? 0,
    forgetBefore: () => 0,
  };
}
