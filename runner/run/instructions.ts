import type { Worktree } from "#runner/git/worktree.ts";

/** Instruction files that people keep for Claude; read from the base commit, which no agent has written. */
const instructionFiles = ["CLAUDE.md", "AGENTS.md"];

/** What the repository says to whoever works in it, for the first message of a session; empty where it says nothing. */
export async function instructionsAt({ mirror, baseSha }: Worktree): Promise<string> {
  const texts = await Promise.all(
    instructionFiles.map(async (path) => ({ path, text: await mirror.readFile(baseSha, path).catch(() => null) })),
  );
  return texts
    .flatMap(({ path, text }) =>
      text === null ? [] : [`The repository's own instructions (${path}):\n\n${text.trim()}`],
    )
    .join("\n\n");
}
