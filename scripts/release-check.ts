/**
 * Whether the bundle that GitHub runs is the one of this source: `npm run release:check`.
 * GitHub runs an Action from the tagged commit, so that the commit of a release holds dist/action: byte for byte what
 * `npm run build` makes of what is committed beside it. Elsewhere, as on main, it is not kept at all.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const kept = "dist/action";
const howToMend =
  "Run `npm run build && git add --all --force dist/action`, and commit that as a part of the release's commit.";

const git = (args: readonly string[], input = "") =>
  execFileSync("git", args, { cwd: root, encoding: "utf8", input, maxBuffer: 64 * 1024 ** 2 });

/** The bundle as it is committed, or about to be: each file's path below it, and git's name for its content. */
function committed(): Map<string, string> {
  const lines = git(["ls-files", "--stage", "-z", "--", kept]).split("\0").filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [what = "", path = ""] = line.split("\t");
      return [path.slice(kept.length + 1), what.split(" ")[1] ?? ""];
    }),
  );
}

/** The bundle as it is made now, in the same words. */
function built(): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "cco-release-"));
  try {
    const build = [join(root, "scripts/build.mjs"), folder, "action"];
    execFileSync(process.execPath, build, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    const names = readdirSync(join(folder, "action")).sort();
    const paths = names.map((name) => `${join(folder, "action", name)}\n`).join("");
    const shas = git(["hash-object", "--no-filters", "--stdin-paths"], paths).split("\n");
    return new Map(names.map((name, index) => [name, shas[index] ?? ""]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function differences(before: Map<string, string>, now: Map<string, string>): string[] {
  const names = [...new Set([...before.keys(), ...now.keys()])].sort();
  return names.flatMap((name) => {
    if (!before.has(name)) return [`missing   ${kept}/${name}`];
    if (!now.has(name)) return [`left over ${kept}/${name}`];
    return before.get(name) === now.get(name) ? [] : [`stale     ${kept}/${name}`];
  });
}

const before = committed();
if (before.size === 0) {
  console.log(`${kept} is not kept in this commit: only that of a release holds it. There is nothing to compare.`);
} else {
  const found = differences(before, built());
  if (found.length === 0) console.log(`${kept} is what \`npm run build\` makes of this source: ${before.size} files.`);
  else {
    console.error([`${kept} is not what \`npm run build\` makes of this source:`, ...found, howToMend].join("\n"));
    process.exitCode = 1;
  }
}
