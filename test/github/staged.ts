import { randomBytes } from "node:crypto";
import { Person } from "./people.ts";
import { Reader } from "./reader.ts";
import {
  type NewRepository,
  revokeTokens,
  type StagedCheck,
  type StagedRepository,
  type StagedUser,
  stageCheck,
  stageRepository,
  stageStatus,
  stageUser,
} from "./staging.ts";
import type { RoleName } from "./state/nouns.ts";

/** What tests and the demo put there, as people and other programs would: everybody but the App. */
export class Staged extends Reader {
  /** Adds a person; answers a personal access token of theirs. */
  createUser(login: string, more: { name?: string } = {}): StagedUser {
    return stageUser(this.world, login, more);
  }

  /** Somebody revokes the tokens of a person, as GitHub itself does with one that was published. @returns a new one */
  revokeTokens(login: string): string {
    return revokeTokens(this.world, login);
  }

  /** What a person's classic tokens may do from now on; null makes them fine-grained, of which nothing is told. */
  setScopes(login: string, scopes: readonly string[] | null): void {
    for (const one of this.world.personalTokens) if (one.user.login === login) one.scopes = scopes;
  }

  /** What the App gets when this person has let it know them. */
  userToken(login: string): string {
    const token = `ghu_${randomBytes(18).toString("hex")}`;
    this.world.userTokens.push({ token, user: this.world.addUser(login, {}), isRevoked: false });
    return token;
  }

  /** Makes a real bare repository with a first commit; answers its full name, id and URLs. */
  createRepository(given: NewRepository): Promise<StagedRepository> {
    return stageRepository(this.world, given);
  }

  /** A person who acts on GitHub's pages. */
  as(login: string): Person {
    return new Person(this.world, login);
  }

  /** Reports a check of somebody else's CI (GitHub Actions) on a branch or commit; answers the check run's id. */
  reportCheck(repo: string, ref: string, check: StagedCheck): Promise<number> {
    return stageCheck(this.world, repo, ref, check);
  }

  /** Sets a commit status on a branch or commit, as a CI system without an App does. */
  reportStatus(
    repo: string,
    ref: string,
    given: { context: string; state: string; description?: string; targetUrl?: string },
  ): Promise<void> {
    return stageStatus(this.world, repo, ref, given);
  }

  /** null: no collaborator any more. */
  setRole(repo: string, login: string, role: RoleName | null): void {
    const repository = this.world.need(repo);
    this.createUser(login);
    if (role === null) repository.roles.delete(login.toLowerCase());
    else repository.roles.set(login.toLowerCase(), role);
  }
}
