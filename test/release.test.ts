import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const ofTheBundle = ["src", "runner", "scripts", "package.json", "action.yml", ".gitignore"];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cco-release-"));
  for (const path of ofTheBundle) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  git("init", "--quiet");
  git("add", "--all");
  commit();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
const commit = () =>
  git("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "--quiet", "--message", "Release");
/** The command of the script in package.json, in the checkout of a release. */
function check() {
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", "release:check"], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}
const build = (of: string, to: string) =>
  execFileSync(process.execPath, [join(of, "scripts/build.mjs"), to, "action"], { stdio: "ignore" });
const contents = (of: string) => readdirSync(of).map((name) => [name, readFileSync(join(of, name), "utf8")]);

test("where no bundle is kept there is nothing to compare, and that is said", () => {
  expect(check()).toMatchObject({ status: 0, stdout: expect.stringContaining("nothing to compare") });
});

test("a bundle is the same wherever it is built, byte for byte", () => {
  build(root, join(folder, "one"));
  build(folder, join(folder, "dist"));
  expect(contents(join(folder, "dist/action"))).toEqual(contents(join(folder, "one/action")));
  rmSync(join(folder, "one"), { recursive: true });
});

test("a release with a fresh bundle is good; a changed source, a missing and a foreign file are named, with what to do", () => {
  git("add", "--all", "--force", "dist/action");
  commit();
  expect(check()).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/is what `npm run build` makes.*: \d+ files/),
  });

  const names = "src/action/input-names.ts";
  const source = readFileSync(join(folder, names), "utf8");
  writeFileSync(join(folder, names), `${source}\nconsole.log("another");\n`);
  writeFileSync(join(folder, "dist/action/planted.js"), "planted();\n");
  git("add", "--all", "--force", "src", "dist/action");
  git("rm", "--quiet", "--cached", "dist/action/job.js");
  commit();
  const { status, stderr } = check();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^stale {5}dist\/action\/.+\.js$/m);
  expect(stderr).toContain("left over dist/action/planted.js\n");
  expect(stderr).toContain("missing   dist/action/job.js\n");
  expect(stderr).toContain("git add --all --force dist/action");

  build(folder, join(folder, "dist"));
  git("add", "--all", "--force", "dist/action");
  commit();
  expect(check().status).toBe(0);
});
