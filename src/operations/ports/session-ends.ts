/** Which sessions were ended before their time. Instants are milliseconds since 1970 in UTC. */
export interface SessionEnds {
  /** Forgets it once it would be over by itself. */
  end(session: string, expiresAt: number): void;
  isEnded(session: string): boolean;
  /** Ends all that this person began until then. */
  endAll(who: string, at: number): void;
  /** Until when all of theirs were ended; 0 for never. */
  endedAt(who: string): number;
  forgetBefore(at: number): number;
}
