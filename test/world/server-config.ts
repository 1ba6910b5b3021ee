import type { GitHubStandIn } from "#test/github/github.ts";
import type { ServerConfig } from "../../src/config/server.ts";

/** A control plane on this machine alone, as the App of a stand-in. @param of `home` is its state folder; port 0 is any */
export function serverConfigOf(github: GitHubStandIn, of: { home: string; port: number }): ServerConfig {
  const { id: appId, privateKey, webhookSecret } = github.app;
  return {
    ...of,
    appId,
    privateKey,
    webhookSecret,
    githubApiUrl: github.apiUrl,
    host: "127.0.0.1",
    publicUrl: null,
    publicRepositories: [],
    logLevel: "debug",
  };
}
