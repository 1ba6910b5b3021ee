import { generateKeyPairSync, randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { BareRepository } from "../git/bare.ts";
import { Ids } from "./ids.ts";
import type { Permissions, Repository, RoleName, Sender, User } from "./nouns.ts";
import { fullName } from "./nouns.ts";

/** What everyone can see of a GitHub App. */
export interface AppIdentity {
  id: number;
  slug: string;
  name: string;
  clientId: string;
  owner: User;
  bot: User;
  permissions: Permissions;
  events: readonly string[];
  createdAt: Date;
}

/** The GitHub App under test, as it was registered. */
export interface App extends AppIdentity {
  /** PEM, PKCS #1 as GitHub hands it out. */
  privateKey: string;
  publicKey: string;
  webhookSecret: string;
  clientSecret: string;
}

/** One minted installation token; `token` is what the App got. */
export interface MintedToken {
  token: string;
  installationId: number;
  /** Full names; null: every repository of the installation. */
  repositories: string[] | null;
  permissions: Permissions;
  createdAt: Date;
  expiresAt: Date;
  revoked: boolean;
}

export interface PersonalToken {
  token: string;
  user: User;
  /** Of a classic token; null of a fine-grained one. */
  scopes?: readonly string[] | null;
}

/** What a person let the App know them by. */
export interface UserToken {
  token: string;
  user: User;
  isRevoked: boolean;
}

export interface Installation {
  id: number;
  account: User;
  createdAt: Date;
  suspended: { by: User; at: Date } | null;
}

/** Something that an App would be told by webhook. */
export interface Happening {
  repository: Repository | null;
  event: string;
  action: string | null;
  sender: Sender;
  /** Everything but action, repository, installation and sender. */
  parts: Record<string, unknown>;
}

export interface Links {
  url: string;
  apiUrl: string;
}

export interface WorldOptions {
  folder: string;
  slug: string;
  permissions: Permissions;
  events: readonly string[];
}

let keys: { publicKey: string; privateKey: string } | null = null;

/** One key pair a process: making one takes 0.1 s and more. */
function keyPair(): { publicKey: string; privateKey: string } {
  keys ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  return keys;
}

/** All state of the stand-in, in one place; acts change it, renderers show it. */
export class World {
  readonly ids = new Ids();
  readonly folder: string;
  readonly users = new Map<string, User>();
  readonly repositories = new Map<string, Repository>();
  readonly installations = new Map<string, Installation>();
  readonly tokens: MintedToken[] = [];
  readonly personalTokens: PersonalToken[] = [];
  readonly userTokens: UserToken[] = [];
  readonly app: App;
  /** Stands for everyone else's CI. */
  readonly actionsApp: AppIdentity;
  readonly happenings = new EventEmitter<{ happening: [Happening]; changed: [] }>();
  /** So many times more GitHub says that it does not know yet whether a pull request can be merged. */
  mergeableUnknown = 0;
  #last = 0;
  /** Set once the server listens. */
  links: Links = { url: "http://127.0.0.1", apiUrl: "http://127.0.0.1/api/v3" };

  constructor(options: WorldOptions) {
    this.folder = options.folder;
    this.happenings.setMaxListeners(0);
    const { publicKey, privateKey } = keyPair();
    this.app = {
      id: 123456,
      slug: options.slug,
      name: options.slug,
      clientId: "Iv23liStandInClientId",
      owner: this.addUser("stand-in-org", { type: "Organization" }),
      bot: this.addUser(`${options.slug}[bot]`, { type: "Bot" }),
      privateKey,
      publicKey,
      webhookSecret: randomBytes(32).toString("hex"),
      clientSecret: randomBytes(20).toString("hex"),
      permissions: options.permissions,
      events: options.events,
      createdAt: this.now(),
    };
    this.actionsApp = {
      id: 15368,
      slug: "github-actions",
      name: "GitHub Actions",
      clientId: "Iv1.05c79e9ad1f6bdfa",
      owner: this.addUser("github", { type: "Organization" }),
      bot: this.addUser("github-actions[bot]", { type: "Bot" }),
      permissions: { checks: "write", contents: "read", metadata: "read" },
      events: [],
      createdAt: this.now(),
    };
  }

  /** The present; strictly rising, so that what happened first sorts first. Rendered in whole seconds, as GitHub does. */
  now(): Date {
    this.#last = Math.max(Date.now(), this.#last + 1);
    return new Date(this.#last);
  }

  addUser(login: string, more: { type?: User["type"]; name?: string } = {}): User {
    const known = this.users.get(login.toLowerCase());
    if (known) return known;
    const id = this.ids.next("user");
    const user: User = {
      id,
      login,
      type: more.type ?? "User",
      name: more.name ?? login,
      email: `${id}+${login}@users.noreply.github.com`,
      createdAt: this.now(),
    };
    this.users.set(login.toLowerCase(), user);
    return user;
  }

  user(login: string): User | null {
    return this.users.get(login.toLowerCase()) ?? null;
  }

  repository(owner: string, name: string): Repository | null {
    return this.repositories.get(`${owner}/${name}`.toLowerCase()) ?? null;
  }

  /** Makes a repository with its real bare git folder, still without commits. */
  async addRepository(given: {
    owner: string;
    name: string;
    private: boolean;
    description: string | null;
    defaultBranch: string;
  }): Promise<Repository> {
    const owner = this.addUser(given.owner);
    const key = `${owner.login}/${given.name}`.toLowerCase();
    if (this.repositories.has(key)) throw new Error(`There is already a repository ${key}`);
    const git = await BareRepository.create(join(this.folder, owner.login, `${given.name}.git`), given.defaultBranch);
    const now = this.now();
    const repository: Repository = {
      id: this.ids.next("repository"),
      owner,
      name: given.name,
      private: given.private,
      description: given.description,
      defaultBranch: given.defaultBranch,
      installed: false,
      roles: new Map([[owner.login.toLowerCase(), "admin"]]),
      labels: new Map(),
      issues: new Map(),
      checkSuites: [],
      checkRuns: [],
      statuses: [],
      dispatches: [],
      git,
      createdAt: now,
      updatedAt: now,
      pushedAt: now,
    };
    this.repositories.set(key, repository);
    return repository;
  }

  /** The installation on an account, made at first use. */
  installationOf(account: User): Installation {
    const known = this.installations.get(account.login);
    if (known) return known;
    const installation = { id: this.ids.next("installation"), account, createdAt: this.now(), suspended: null };
    this.installations.set(account.login, installation);
    return installation;
  }

  installedRepositories(installation: Installation): Repository[] {
    return [...this.repositories.values()].filter(
      ({ owner, installed }) => installed && owner === installation.account,
    );
  }

  roleOf(repository: Repository, login: string): RoleName | null {
    return repository.roles.get(login.toLowerCase()) ?? null;
  }

  /** Tells of a change: listeners send webhooks and refresh pages. */
  happen(happening: Happening): void {
    this.happenings.emit("happening", happening);
    this.happenings.emit("changed");
  }

  /** Like GitHub's search box: throws when there is no such repository. */
  need(repository: string): Repository {
    const [owner = "", name = ""] = repository.split("/");
    const found = this.repository(owner, name);
    if (!found) throw new Error(`The stand-in has no repository ${repository}; it has ${this.#names()}`);
    return found;
  }

  #names(): string {
    return [...this.repositories.values()].map(fullName).join(", ") || "none";
  }
}
