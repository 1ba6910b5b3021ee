import { execa } from "execa";

/** The oldest git with everything that the runner's safety rests on: `safe.bareRepository` came with 2.38. */
const oldest = [2, 38] as const;

/**
 * The installed git's version, for `doctor` and for a runner's start.
 *
 * @returns a sentence to show when git is missing or too old, else null in `problem`
 */
export async function gitVersion(): Promise<{ version: string | null; problem: string | null }> {
  const { stdout, failed } = await execa("git", ["--version"], { reject: false, timeout: 10_000 });
  const [, version, major, minor] = /^git version ((\d+)\.(\d+)\S*)/.exec(stdout ?? "") ?? [];
  if (failed || version === undefined)
    return { version: null, problem: "git is not installed: install git 2.38 or newer." };
  const isOld = Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1]);
  return { version, problem: isOld ? `git ${version} is too old: install git 2.38 or newer.` : null };
}
