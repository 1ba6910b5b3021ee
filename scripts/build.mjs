// Bundles the programs into dist/ (or the folder that is named): cli.js, which loads everything else when it is asked for, and beside it each
// program that the source starts by its file name (`new URL("./launch.ts", import.meta.url)`), as launch.js.
// Packages with native parts or workers of their own stay what they are: npm installs them with ours.
import { chmodSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const external = ["better-sqlite3", "express", "pino", "probot", /^@octokit\//];
const programByUrl = /new URL\("(\.[^"]+)\.ts", import\.meta\.url\)/g;

/** @param {string} folder where the bundle goes; what is there is removed */
async function build(folder) {
  rmSync(folder, { recursive: true, force: true });
  const bundle = await rolldown({
    cwd: root,
    input: { cli: join(root, "src/cli/main.ts") },
    platform: "node",
    external,
    plugins: [programsByUrl()],
    onLog(level, log) {
      // A bundle with a hole in it would only fail where somebody needs it.
      if (level === "warn") throw new Error(log.message);
    },
  });
  const { output } = await bundle.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    comments: { legal: false, jsdoc: false },
    // One file for all that the quickest commands need: each file more would cost them half a millisecond.
    codeSplitting: { groups: [{ name: "quick", test: /[\\/]src[\\/]cli[\\/]run\.ts$/ }] },
  });
  await bundle.close();
  chmodSync(join(folder, "cli.js"), 0o755);
  return output;
}

/** Makes an entry of each program that is started by its file, and names it as it will lie beside the chunks. */
function programsByUrl() {
  return {
    name: "programs-by-url",
    transform: {
      filter: { id: /\.ts$/, code: /import\.meta\.url/ },
      handler(code, id) {
        return code.replace(programByUrl, (_, path) => {
          const name = path.split("/").at(-1);
          this.emitFile({ type: "chunk", id: resolve(dirname(id), `${path}.ts`), fileName: `${name}.js` });
          return `new URL("./${name}.js", import.meta.url)`;
        });
      },
    },
  };
}

const started = performance.now();
// Another folder than dist/ is for whoever wants to look at a bundle without disturbing the one in use.
const folder = resolve(process.argv[2] ?? join(root, "dist"));
const output = await build(folder);
const bytes = output.reduce((sum, { fileName }) => sum + statSync(join(folder, fileName)).size, 0);
const seconds = ((performance.now() - started) / 1_000).toFixed(1);
process.stderr.write(`${folder}: ${output.length} files, ${Math.round(bytes / 1024)} KiB, in ${seconds} s\n`);
