/**
 * Claude Code's configuration folder, made ready so that no first-run question can stop an unattended start.
 * A folder of its own for each task: what one task's agent writes there must not reach the next one's.
 */
import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";

export interface HomeSpec {
  /** The configuration folder (`CLAUDE_CONFIG_DIR`); `.claude.json` lives in it. Made, mode 0700, when missing. */
  readonly configDir: string;
  /** Folders whose content is trusted, with everything below them: where the worktrees are. */
  readonly trusted: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

const objectAt = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

/**
 * The content of `.claude.json` with what an unattended start needs; everything else in it is kept,
 * for Claude Code itself keeps its own facts there.
 */
export function seeded(existing: Json, trusted: readonly string[]): Json {
  const projects = { ...objectAt(existing.projects) };
  for (const folder of trusted)
    projects[folder] = {
      ...objectAt(projects[folder]),
      hasTrustDialogAccepted: true,
      hasClaudeMdExternalIncludesApproved: false,
      hasClaudeMdExternalIncludesWarningShown: true,
    };
  return { ...existing, hasCompletedOnboarding: true, projects };
}

/**
 * Makes the configuration folder ready. Throws when `.claude.json` is there and is no JSON object: it is not ours to throw away.
 */
export async function seedHome({ configDir, trusted }: HomeSpec): Promise<void> {
  await mkdir(configDir, { recursive: true, mode: 0o700 });
  const file = join(configDir, ".claude.json");
  const existing = await readJson(file);
  const wanted = seeded(existing, trusted);
  if (JSON.stringify(wanted) === JSON.stringify(existing)) return;
  const fresh = `${file}.${randomUUID()}.tmp`;
  const handle = await open(fresh, "wx", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(wanted, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
}

async function readJson(file: string): Promise<Json> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  if (text.trim() === "") return {};
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${file} is no JSON object`);
  return { ...value };
}

/** What in a configuration folder tells Claude Code what to run or whom to obey. */
const GUARDED = [
  ...["settings.json", "settings.local.json", "CLAUDE.md", "keybindings.json", "statusline.sh"],
  ...["agents", "commands", "hooks", "output-styles", "plugins", "rules", "skills", "workflows"],
];

/**
 * What an instance under a person's own login needs of their home. Claude Code writes its sessions and renews the login there;
 * an agent that could write the settings too would have its hooks run later, outside any sandbox, as that person.
 * The guarded paths lie inside the writable ones and must win; one that does not exist cannot be guarded this way, nor can
 * `.claude.json`, which also names MCP servers: for strangers' requests, a key and a home for each task is the safer login.
 */
export function ownLoginPaths(home: string): {
  readonly writable: readonly string[];
  readonly guarded: readonly string[];
} {
  const configDir = join(home, ".claude");
  return { writable: [configDir, join(home, ".claude.json")], guarded: GUARDED.map((name) => join(configDir, name)) };
}
