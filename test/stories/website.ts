import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GitHubStandIn, openGitHub } from "#test/github/github.ts";
import type { RoleName } from "#test/github/state/nouns.ts";

export const repo = "acme/website";

/** acme's website at the GitHub stand-in, and a folder for whoever works for it. */
export type Website = { folder: string; github: GitHubStandIn; close(): Promise<void> };

export async function openWebsite(
  of: { policy?: string; collaborators?: Record<string, RoleName>; hasApp?: boolean } = {},
): Promise<Website> {
  const folder = mkdtempSync(join(tmpdir(), "cc-website-"));
  mkdirSync(join(folder, "git"));
  const github = await openGitHub({ folder: join(folder, "git") });
  await github.createRepository({
    owner: "acme",
    name: "website",
    private: true,
    files: {
      "README.md": "# Website\n",
      ...(of.policy === undefined ? {} : { ".github/cc-orchestrator.yml": of.policy }),
    },
    collaborators: of.collaborators ?? { ada: "write" },
    labels: { claude: "5319e7" },
    install: of.hasApp !== false,
  });
  return {
    folder,
    github,
    async close() {
      await github.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Opens an issue with that title, and labels it. */
export function label(github: GitHubStandIn, title: string, body = "Say bonjour."): number {
  const issue = github.as("ada").openIssue(repo, { title, body });
  github.as("ada").label(repo, issue, "claude");
  return issue;
}
