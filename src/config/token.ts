import type { Files } from "./files.ts";
import { secretFile } from "./secrets.ts";
import type { ConfigProblem, Parsed, Setting } from "./setting.ts";
import { listOf, path, wholeNumber } from "./values.ts";

/** How a control plane without an App reaches GitHub. */
export type TokenAccess = {
  token: string;
  /** Where the token is read again when GitHub does not take it any more; null where it can only be the same. */
  tokenPath: string | null;
  /** `owner/name` of what is worked on; never empty. */
  repositories: readonly string[];
  /** How often GitHub is asked while something goes on. */
  pollSeconds: number;
};

const oneRepository = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/;

export function tokenSettings(files: Files) {
  return {
    githubToken: {
      variables: ["CC_ORCHESTRATOR_GITHUB_TOKEN"],
      entry: "github.token",
      secret: true,
      parse: githubToken,
      fallback: null,
    } as Setting<string | null>,
    githubTokenPath: {
      variables: ["CC_ORCHESTRATOR_GITHUB_TOKEN_PATH"],
      entry: "github.token_path",
      parse: path(files.personHome),
      fallback: null,
    } as Setting<string | null>,
    // Many have it for other programs, so that what is meant for this one counts before it.
    usualGithubToken: {
      variables: ["GITHUB_TOKEN"],
      entry: null,
      secret: true,
      parse: githubToken,
      fallback: null,
    } as Setting<string | null>,
    githubRepositories: {
      variables: ["CC_ORCHESTRATOR_REPOSITORIES"],
      entry: "github.repositories",
      parse: listOf(oneRepository, "a repository (owner/name)", "octocat/hello-world"),
      fallback: [],
    } as Setting<string[]>,
    pollSeconds: {
      variables: ["CC_ORCHESTRATOR_POLL_SECONDS"],
      entry: "github.poll_seconds",
      parse: wholeNumber(5, 3_600, 30),
      fallback: 30,
    } as Setting<number>,
  };
}

type Values = {
  githubToken?: string | null;
  githubTokenPath?: string | null;
  usualGithubToken?: string | null;
  githubRepositories?: readonly string[];
  pollSeconds?: number;
};

/** The way to GitHub by a token; null where no repository is named, whatever tokens there are. */
export function tokenAccess(values: Values, files: Files): TokenAccess | ConfigProblem | null {
  const { githubToken: own, githubTokenPath: tokenPath, usualGithubToken: usual } = values;
  // What cannot be read has its own problem, told already.
  if (own === undefined || tokenPath === undefined || usual === undefined) return null;
  const { githubRepositories: repositories = [], pollSeconds = 30 } = values;
  if (repositories.length === 0) return null;
  const rest = { repositories, pollSeconds };
  if (own !== null) return { ...rest, token: own, tokenPath: null };
  if (tokenPath !== null) {
    const file = secretFile("github.token_path", tokenPath, files);
    if ("sentence" in file) return file;
    const parsed = githubToken(file.content);
    return "value" in parsed ? { ...rest, token: parsed.value, tokenPath } : { key: "github.token_path", ...parsed };
  }
  if (usual !== null) return { ...rest, token: usual, tokenPath: null };
  return {
    key: "github.repositories",
    sentence: "Repositories are named, and there is neither a token nor a GitHub App to reach them with.",
    advice: "Put a token in its place: cc-orchestrator init --token. Or set GITHUB_TOKEN.",
  };
}

/** A token as GitHub writes them, of whatever kind: their lengths and prefixes have changed before. */
function githubToken(raw: unknown): Parsed<string> {
  const token = String(raw).trim();
  if (/^[A-Za-z0-9_.-]{20,2000}$/.test(token)) return { value: token };
  // Nothing of it belongs into a message.
  const sentence = "This is not a token of GitHub's.";
  return { sentence, advice: "Write it as GitHub showed it, or as `gh auth token` prints it." };
}
