import type Database from "better-sqlite3";
import type { RegistrationTokens } from "#operations/ports/runners.ts";

/** One-time tokens with which runners register, by their hashes. */
export function openRegistrationTokens(db: Database.Database): RegistrationTokens {
  const inserting = db.prepare("INSERT INTO registration_tokens (hash, expires_at) VALUES (?, ?)");
  const using = db.prepare(
    "UPDATE registration_tokens SET used_at = ? WHERE hash = ? AND used_at IS NULL AND expires_at > ?",
  );
  const forgetting = db.prepare("DELETE FROM registration_tokens WHERE expires_at < ?");
  return {
    insert: (hash, expiresAt) => {
      inserting.run(hash, expiresAt);
    },
    use: (hash, now) => using.run(now, hash, now).changes === 1,
    forgetBefore: (at) => forgetting.run(at).changes,
  };
}
