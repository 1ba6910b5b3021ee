/**
 * Files that steer an agent, a package manager or CI (S18). The first list also comes from the base commit when an
 * instance starts; a change to either is flagged and keeps the pull request a draft.
 */
export const steeringPaths = [
  "CLAUDE.md",
  "CLAUDE.local.md",
  ".claude/",
  ".mcp.json",
  ".claude.json",
  ".gitmodules",
  ".husky/",
  ".ripgreprc",
  ".npmrc",
  "bunfig.toml",
  ".yarnrc*",
] as const;

export const reviewedPaths = [
  ".github/workflows/**",
  ".github/actions/**",
  ".github/cc-orchestrator.yml",
  "CODEOWNERS",
] as const;

export const protectedPaths: readonly string[] = [...steeringPaths, ...reviewedPaths];

/**
 * A test for paths: `name` anywhere in the tree, `folder/` and everything in it anywhere, and a pattern with a slash
 * inside from the top. `*` stands for anything within a segment, `**` for any segments. Letter case does not matter,
 * as it does not on the disks where the files may land.
 */
export function protectedBy(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.map(expressionOf);
  return (path) => expressions.some((expression) => expression.test(path));
}

function expressionOf(pattern: string): RegExp {
  const folder = pattern.endsWith("/");
  const bare = pattern.replace(/^\/|\/$/g, "");
  const anywhere = !pattern.startsWith("/") && !bare.includes("/");
  const body = bare
    .split("**")
    .map((part) => part.split("*").map(literally).join("[^/]*"))
    .join(".*");
  return new RegExp(`${anywhere ? "(?:^|/)" : "^"}${body}${folder ? "(?:/|$)" : "(?:/.*)?$"}`, "i");
}

function literally(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
