/** Something that somebody did, or tried, by a route. Instants are milliseconds since 1970 in UTC. */
export type AuditRecord = {
  id: number;
  at: number;
  by: string;
  place: "dashboard" | "program";
  address: string | null;
  action: string;
  subject: string | null;
  /** Null when it was done. */
  refusal: string | null;
};

/** Who did what: only ever added to. */
export type AuditLog = {
  add(record: Omit<AuditRecord, "id">): void;
  /** The newest first. */
  newest(limit: number): AuditRecord[];
  /** Of what was done to this, the newest first. */
  ofSubject(subject: string, limit: number): AuditRecord[];
  forgetBefore(at: number): number;
};
