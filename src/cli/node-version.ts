/** The oldest Node that has all we use: what it strips types with, and what keeps compiled code (ADR 0008). */
const oldest = { major: 22, minor: 18 };

/**
 * What is wrong with this Node, and what to do; null for one that is new enough.
 * @param version as 24.1.0
 */
export function nodeProblem(version: string): { found: string; advice: string } | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return null;
  return { found: `${version} is too old`, advice: `Install Node ${oldest.major}.${oldest.minor} or newer.` };
}
