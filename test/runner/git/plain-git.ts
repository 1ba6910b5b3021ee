import { execa } from "execa";

/**
 * Git as a person, an agent or a careless runner would start it: the repository's own configuration and hooks in
 * force. Only the machine's configuration is kept out.
 */
export async function plainGit(
  cwd: string,
  args: readonly string[],
  options: { input?: string; environment?: Record<string, string>; reject?: boolean } = {},
): Promise<string> {
  const result = await execa("git", [...args], {
    cwd,
    extendEnv: false,
    env: {
      PATH: process.env.PATH ?? "",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: "Somebody",
      GIT_AUTHOR_EMAIL: "somebody@example.test",
      GIT_COMMITTER_NAME: "Somebody",
      GIT_COMMITTER_EMAIL: "somebody@example.test",
      ...options.environment,
    },
    ...(options.input === undefined ? {} : { input: options.input }),
    reject: options.reject ?? true,
    stripFinalNewline: false,
    timeout: 30_000,
  });
  return String(result.stdout);
}
