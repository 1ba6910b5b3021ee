import { dirname, join } from "node:path/posix";

/** A part of the project: the files under its paths, and which other parts they may import. */
export type Part = {
  /** Folders (with a closing slash) and single files. */
  files: readonly string[];
  may: readonly PartName[];
};
export type PartName =
  | "protocol"
  | "domain"
  | "operations"
  | "store"
  | "github"
  | "local"
  | "integrations"
  | "http"
  | "loops"
  | "config"
  | "composition"
  | "cli programs"
  | "cli"
  | "action programs"
  | "action"
  | "runner"
  | "dashboard"
  | "test"
  | "scripts";

const inside = ["operations", "domain", "protocol"] as const;
const ofServer = [
  "protocol",
  "domain",
  "operations",
  "store",
  "github",
  "local",
  "integrations",
  "http",
  "loops",
] as const;

/** Who may import whom. A file belongs to the first part that names it; every part may import itself. */
export const walls: Readonly<Record<PartName, Part>> = {
  protocol: { files: ["src/protocol/"], may: [] },
  domain: { files: ["src/domain/"], may: ["protocol"] },
  operations: { files: ["src/operations/"], may: ["domain", "protocol"] },
  store: { files: ["src/store/"], may: inside },
  github: { files: ["src/github/"], may: inside },
  local: { files: ["src/local/"], may: inside },
  integrations: { files: ["src/integrations/"], may: inside },
  http: { files: ["src/http/"], may: inside },
  loops: { files: ["src/loops/"], may: inside },
  config: { files: ["src/config/"], may: ["protocol"] },
  composition: {
    files: [
      "src/app.ts",
      "src/authenticator.ts",
      "src/bell.ts",
      "src/loops.ts",
      "src/signing-in.ts",
      "src/dashboard-folder.ts",
      "src/integrating.ts",
      "src/reaching-github.ts",
      "src/main.ts",
      "src/handlers.ts",
      "src/page-handlers.ts",
      "src/runner-handlers.ts",
      "src/waiters.ts",
      "src/version.ts",
    ],
    may: [...ofServer, "config"],
  },
  // The one folder of the command line that knows the programs.
  "cli programs": {
    files: ["src/cli/programs/"],
    may: ["cli", "protocol", "config", "composition", "store", "runner"],
  },
  cli: { files: ["src/cli/"], may: ["protocol", "cli programs"] },
  // The one file of the Action that knows the runner.
  "action programs": { files: ["src/action/programs.ts"], may: ["runner"] },
  // Without a server the Action is the control plane itself: it puts the same parts together.
  action: { files: ["src/action/"], may: [...ofServer, "composition", "action programs"] },
  runner: { files: ["runner/"], may: ["protocol"] },
  dashboard: { files: ["dashboard/"], may: ["protocol"] },
  test: {
    files: ["test/"],
    may: [
      "action programs",
      ...ofServer,
      "config",
      "composition",
      "cli",
      "cli programs",
      "action",
      "runner",
      "dashboard",
    ],
  },
  scripts: {
    files: ["scripts/", "bench/", "vitest.config.ts", "vite.config.ts"],
    may: [...ofServer, "config", "composition", "cli", "cli programs", "runner", "dashboard", "test"],
  },
};

/** Packages that only one part of the product knows. Tests may use whatever they need. */
export const vendors: readonly { packages: RegExp; parts: readonly PartName[] }[] = [
  { packages: /^better-sqlite3$/, parts: ["store"] },
  { packages: /^(probot|@octokit\/(?!auth-oauth-device$|rest$).+)$/, parts: ["github"] },
  // The command line signs a person in at GitHub, and asks it nothing else by these.
  { packages: /^@octokit\/rest$/, parts: ["github", "cli"] },
  { packages: /^@octokit\/auth-oauth-device$/, parts: ["cli"] },
  { packages: /^express$/, parts: ["http"] },
  { packages: /^node-cron$/, parts: ["loops"] },
  { packages: /^commander$/, parts: ["cli"] },
  { packages: /^(execa|simple-git)$/, parts: ["runner"] },
  { packages: /^(preact|@preact\/.+)$/, parts: ["dashboard"] },
  { packages: /^@actions\/.+$/, parts: ["action"] },
  { packages: /^(@slack\/.+|@discordjs\/.+|standardwebhooks)$/, parts: ["integrations"] },
  { packages: /^(@xterm\/.+|uplot)$/, parts: ["dashboard"] },
  { packages: /^(ws|jose)$/, parts: ["http"] },
];

/** Node's modules that a pure decision may use; `crypto` for `createHmac`, which is a function of its arguments. */
export const pureModules: Readonly<Partial<Record<PartName, readonly string[]>>> = {
  domain: ["node:crypto"],
  protocol: [],
};

/** Parts whose clock, chance and network are arguments. */
export const toldParts: readonly PartName[] = ["domain", "operations"];

/** Words of another program that one place alone says. `said` finds them in a string literal. */
export const vendorWords: readonly { what: string; said: RegExp; at: string }[] = [
  {
    what: "tmux as a program",
    said: /(^|[\s;|&])tmux($|\s+(-[A-Za-z]|[a-z]+-[a-z]+|attach|start))/,
    at: "runner/tmux.ts",
  },
  {
    what: "a flag of Claude Code",
    said: /^--(input-format|output-format|replay-user-messages|session-id|resume|setting-sources|strict-mcp-config|mcp-config|permission-mode|append-system-prompt(-file)?|max-turns|max-budget-usd|allowed-?tools|disallowed-?tools|dangerously-skip-permissions)\b/i,
    at: "runner/claude/",
  },
  {
    what: "a value of Claude Code's flags",
    said: /^(stream-json|bypassPermissions|acceptEdits)$/,
    at: "runner/claude/",
  },
];

/** Last words that say nothing about what a thing is; the table of `Handlers` is named for what each route has one of. */
export const emptyWords = /(Managers?|Services?|Helpers?|Utils?|Handler|Data|Info)$/;

/** The part that a file belongs to, or null. */
export function partOf(path: string): PartName | null {
  const names = Object.keys(walls) as PartName[];
  const isIn = (name: PartName, exactly: boolean) =>
    walls[name].files.some((file) => (file.endsWith("/") ? !exactly && path.startsWith(file) : file === path));
  return names.find((name) => isIn(name, true)) ?? names.find((name) => isIn(name, false)) ?? null;
}

/** @param aliases package.json's `imports` */
export function resolveImport(
  path: string,
  specifier: string,
  aliases: Readonly<Record<string, string>>,
): { kind: "file"; path: string } | { kind: "package"; name: string } | { kind: "unknown" } {
  if (specifier.startsWith(".")) return { kind: "file", path: join(dirname(path), specifier) };
  if (!specifier.startsWith("#")) {
    const words = specifier.split("/");
    const name = specifier.startsWith("@") ? words.slice(0, 2).join("/") : (words[0] ?? "");
    return { kind: "package", name: specifier.startsWith("node:") ? specifier : name };
  }
  for (const [alias, place] of Object.entries(aliases)) {
    const start = alias.slice(0, -1);
    if (specifier.startsWith(start))
      return { kind: "file", path: `${place.slice(2, -1)}${specifier.slice(start.length)}` };
  }
  return { kind: "unknown" };
}
