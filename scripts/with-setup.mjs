// Runs a command of this project after making sure that what it needs is there:
//   node scripts/with-setup.mjs [--browser] <command> [arguments…]
// --browser: the command drives a browser. Without one it still runs, and says what it left out.
// Plain JavaScript without imports from node_modules: it runs first, on whatever Node the machine has.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");

/** Prints one line of talk; stdout belongs to the command. */
function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(line) {
  say(line);
  process.exit(1);
}

/** True when every package of the lock file is installed in its version (npm keeps a copy of what it installed). */
function isInstalled() {
  const installedFile = join(modules, ".package-lock.json");
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

function install() {
  if (isInstalled()) return;
  say("Installing dependencies (npm ci) …");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (npm.status !== 0) fail("npm ci failed: see its lines above, then run the same command again.");
}

function has(program, flag) {
  return spawnSync(program, [flag], { stdio: "ignore" }).status === 0;
}

/** Installs Debian packages where that is allowed: as root, with apt-get at hand. */
function installPackages(...names) {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !has("apt-get", "--version")) return;
  say(`Installing ${names.join(" and ")} (apt-get) …`);
  const quiet = { stdio: ["ignore", "ignore", 2] };
  spawnSync("apt-get", ["update", "-q"], quiet);
  spawnSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...names], quiet);
}

function needTmux() {
  if (has("tmux", "-V")) return;
  installPackages("tmux");
  if (!has("tmux", "-V"))
    fail("tmux is missing: install it (apt install tmux, dnf install tmux, brew install tmux) and run this again.");
}

function wantBrowser() {
  if (has("chromium", "--version")) return;
  installPackages("chromium");
  if (!has("chromium", "--version"))
    say("chromium is missing, so the dashboard is not tried in a browser: apt install chromium, then run this again.");
}

if (!has("git", "--version")) fail("git is missing: install it and run this again.");
install();
needTmux();

const given = process.argv.slice(2);
const drivesBrowser = given[0] === "--browser";
if (drivesBrowser) wantBrowser();
const [command, ...args] = drivesBrowser ? given.slice(1) : given;
const bin = join(modules, ".bin");
const child = spawn(command, args, {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => fail(`${command} did not start: ${error.message}`));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
