import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { type GitHubOptions, type GitHubStandIn, openGitHub } from "./github.ts";

/** A webhook receiver that keeps what it got and answers as told. */
export interface Receiver {
  url: string;
  received: { event: string; guid: string; signature: string; raw: string; payload: Record<string, unknown> }[];
  answer: number;
}

/** A stand-in with one repository, a receiver and clients, for the tests of this folder. */
export interface Bench extends AsyncDisposable {
  github: GitHubStandIn;
  repo: Awaited<ReturnType<GitHubStandIn["createRepository"]>>;
  receiver: Receiver;
  folder: string;
  /** Octokit as the App's installation, unchanged. */
  octokit: Octokit;
  /** Octokit as the App itself, by JWT. */
  appOctokit: Octokit;
  /** Octokit with a token. */
  withToken(token: string): Octokit;
  mint(body?: { repositories?: string[]; permissions?: Record<string, string> }): Promise<string>;
  git(cwd: string, ...args: string[]): Promise<string>;
  events(): string[];
}

const run = promisify(execFile);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Opens everything; dispose with `await using`. */
export async function openBench(options: Partial<GitHubOptions> = {}): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "github-stand-in-"));
  const github = await openGitHub({ folder: join(folder, "github"), ...options });
  const receiver: Receiver = { url: "", received: [], answer: 200 };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const raw = Buffer.concat(chunks).toString();
    receiver.received.push({
      event: String(request.headers["x-github-event"]),
      guid: String(request.headers["x-github-delivery"]),
      signature: String(request.headers["x-hub-signature-256"]),
      raw,
      payload: JSON.parse(raw) as Record<string, unknown>,
    });
    response.writeHead(receiver.answer).end("seen");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  github.connectWebhook(receiver.url);
  github.createUser("ada");
  const repo = await github.createRepository({
    owner: "ada",
    name: "engine",
    files: { "README.md": "# Engine\n", "src/main.ts": "export const answer = 41;\n" },
    collaborators: { grace: "write", tim: "triage", rea: "read" },
    labels: { claude: "7c3aed" },
  });
  const base = { baseUrl: github.apiUrl, log: silent };
  const auth = { appId: github.app.id, privateKey: github.app.privateKey };
  const appOctokit = new Octokit({ ...base, authStrategy: createAppAuth, auth });
  return {
    github,
    repo,
    receiver,
    folder,
    appOctokit,
    octokit: new Octokit({
      ...base,
      authStrategy: createAppAuth,
      auth: { ...auth, installationId: repo.installationId ?? 0 },
    }),
    withToken: (token) => new Octokit({ ...base, auth: token }),
    mint: async (body = {}) => {
      const { data } = await appOctokit.rest.apps.createInstallationAccessToken({
        installation_id: repo.installationId ?? 0,
        ...body,
      });
      return data.token;
    },
    git: async (cwd, ...args) => {
      const env = {
        PATH: process.env.PATH ?? "",
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_TERMINAL_PROMPT: "0",
        GIT_AUTHOR_NAME: "Ada",
        GIT_AUTHOR_EMAIL: "ada@example.com",
        GIT_COMMITTER_NAME: "Ada",
        GIT_COMMITTER_EMAIL: "ada@example.com",
      };
      return (await run("git", args, { cwd, env, timeout: 20_000 })).stdout;
    },
    events: () =>
      receiver.received.map(({ event, payload }) =>
        typeof payload.action === "string" ? `${event}.${payload.action}` : event,
      ),
    async [Symbol.asyncDispose]() {
      await github.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The `-c` arguments that let git authenticate with a token. */
export function withGitToken(token: string): string[] {
  const pair = Buffer.from(`x-access-token:${token}`).toString("base64");
  return ["-c", `http.extraHeader=Authorization: Basic ${pair}`];
}
