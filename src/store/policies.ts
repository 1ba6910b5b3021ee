import type Database from "better-sqlite3";
import type { Policies } from "#operations/ports/policies.ts";
import { defaultPolicy, type Policy } from "#protocol/policy.ts";
import { type Json, ofJson, toJson } from "./json.ts";

/** The last sound policy of each repository. */
export function openPolicies(db: Database.Database): Policies {
  const getting = db.prepare<[number], { text: Json<string>; policy: Json<Policy> }>(
    "SELECT text, policy FROM policies WHERE repository_id = ?",
  );
  const putting = db.prepare(
    `INSERT INTO policies (repository_id, text, policy) VALUES (?, ?, ?)
     ON CONFLICT (repository_id) DO UPDATE SET text = excluded.text, policy = excluded.policy`,
  );
  const reading = db.prepare<[number], { at: number }>("SELECT read_at AS at FROM policies WHERE repository_id = ?");
  const touching = db.prepare("UPDATE policies SET read_at = max(read_at, ?) WHERE repository_id = ?");
  const judging = db.prepare(
    `INSERT INTO policy_problems (repository_id, repository, problem) VALUES (?, ?, ?)
     ON CONFLICT (repository_id) DO UPDATE SET repository = excluded.repository, problem = excluded.problem`,
  );
  const clearing = db.prepare("DELETE FROM policy_problems WHERE repository_id = ?");
  const problems = db.prepare<[], { repository: string; problem: Json<string> }>(
    "SELECT repository, problem FROM policy_problems ORDER BY repository",
  );
  return {
    judge: ({ id, name }, problem) => {
      if (problem === null) clearing.run(id);
      else judging.run(id, name, toJson(problem));
    },
    problems: () => problems.all().map(({ repository, problem }) => ({ repository, problem: ofJson(problem) })),
    readAt: (repositoryId) => reading.get(repositoryId)?.at ?? 0,
    touch: (repositoryId, at) => {
      touching.run(at, repositoryId);
    },
    get: (repositoryId) => {
      const row = getting.get(repositoryId);
      return row === undefined ? null : { repositoryId, text: ofJson(row.text), policy: policyOf(row.policy) };
    },
    put: (known) => {
      putting.run(known.repositoryId, toJson(known.text), toJson(known.policy));
    },
  };
}

/** A stored policy; keys that are younger than it have their defaults. */
export function policyOf(text: Json<Policy>): Policy {
  return { ...defaultPolicy, ...ofJson(text) };
}
