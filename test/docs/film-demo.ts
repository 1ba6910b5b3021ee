// Makes docs/demo.svg: what a terminal shows at the end of `npm run demo -- --once`.
//   node test/docs/film-demo.ts
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { renderScreen } from "./screen-svg.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const server = `cc-film-${process.pid}`;
const columns = 84;
const patienceMs = 180_000;
const tmux = (...args: string[]) =>
  run("tmux", ["-L", server, "-f", "/dev/null", ...args], { cwd: root, timeout: patienceMs });

// The channel is told when the demo has ended; the shell then stays for as long as somebody looks.
const command = `npm run --silent demo -- --once; tmux -L ${server} wait-for -S ended; sleep 60`;
await tmux("new-session", "-d", "-x", String(columns), "-y", "40", command);
try {
  await tmux("wait-for", "ended");
  const { stdout } = await tmux("capture-pane", "-e", "-p");
  const lines = stdout.trimEnd().split("\n");
  const first = lines.findIndex((line) => line.includes("GitHub stand-in"));
  const last = lines.findIndex((line) => line.includes("draft pull request"));
  if (first === -1 || last === -1) throw new Error(`The demo did not come out right:\n${stdout}`);
  const screen = ["\u001b[2m$\u001b[0m npm run demo", "", ...lines.slice(first)].join("\n");
  writeFileSync(
    join(root, "docs/demo.svg"),
    renderScreen(screen, { title: "The demo in a terminal: an issue is labelled and becomes a pull request", columns }),
  );
  process.stderr.write("docs/demo.svg is made\n");
} finally {
  await tmux("kill-server");
}
