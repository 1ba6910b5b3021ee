import { randomBytes } from "node:crypto";
import { access, constants, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A short-lived token for one repository. `password` is asked for at the moment of use and never kept. */
export type Credential = { username: string; password: () => Promise<string> | string };

/**
 * A credential made ready for one git process. The secret is the content of file descriptor 3, a pipe that git's
 * askpass child inherits: it is in no argument, no environment, no file and no configuration, and a second reader
 * finds the pipe empty (S46, S48).
 */
export type AskedCredential = {
  secret: Uint8Array;
  environment: Readonly<Record<string, string>>;
  options: readonly string[];
};

/** Refused before git starts: the token would travel in the clear. */
export class UnsafeCredentialError extends Error {
  constructor(url: URL) {
    super(`A credential is not sent over ${url.protocol}//${url.host}: use https.`);
    this.name = "UnsafeCredentialError";
  }
}

// Git asks with its question as the only argument. Any other question, for another host or user, is not answered.
const askpass = `#!/bin/sh
case "$1" in
  "Password for '$CC_ORCHESTRATOR_ASKPASS_FOR': ") exec cat <&3 ;;
esac
exit 1
`;

const loopback = new Set(["127.0.0.1", "[::1]", "localhost"]);

/**
 * @param home the runner's folder; the askpass program (no secret in it) is written there once
 * @param url the remote's address, http(s); its host is the only one that is answered
 * @throws UnsafeCredentialError for plain http to anything but this machine
 */
export async function askedCredential(home: string, url: string, credential: Credential): Promise<AskedCredential> {
  const remote = new URL(url);
  const clear = remote.protocol === "http:" && loopback.has(remote.hostname);
  if (remote.protocol !== "https:" && !clear) throw new UnsafeCredentialError(remote);
  const program = await askpassProgram(home);
  const password = await credential.password();
  return {
    secret: Buffer.from(`${password}\n`),
    environment: {
      GIT_ASKPASS: program,
      CC_ORCHESTRATOR_ASKPASS_FOR: `${remote.protocol}//${credential.username}@${remote.host}`,
    },
    options: [`credential.username=${credential.username}`],
  };
}

/** The same credential, asked of its owner once: an operation of several git calls costs one token. */
export function askedOnce(credential: Credential | null): Credential | null {
  if (credential === null) return null;
  let password: Promise<string> | undefined;
  return {
    username: credential.username,
    password() {
      password ??= Promise.resolve(credential.password());
      return password;
    },
  };
}

async function askpassProgram(home: string): Promise<string> {
  const path = join(home, "git-askpass");
  if (await isCurrent(path)) return path;
  await mkdir(home, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, askpass, { mode: 0o700, flag: "wx" });
  await rename(draft, path);
  return path;
}

async function isCurrent(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await readFile(path, "utf8")) === askpass;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EACCES")) return false;
    throw error;
  }
}
