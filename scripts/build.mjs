// Bundles the programs into dist/ (or the folder that is named): cli.js, which loads everything else when it is asked for, and beside it each
// program that the source starts by its file name (`new URL("./launch.ts", import.meta.url)`), as launch.js.
// Packages with native parts or workers of their own stay what they are: npm installs them with ours.
import { chmodSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const programByUrl = /new URL\("(\.[^"]+)\.ts", import\.meta\.url\)/g;

const bundles = {
  cli: {
    input: "src/cli/main.ts",
    external: ["better-sqlite3", "express", "pino", "probot", /^@octokit\//],
    // One file for all that the quickest commands need: each file more would cost them half a millisecond.
    // But for what comes before them, and lets V8 keep what it makes of that file.
    codeSplitting: {
      groups: [
        { name: "first", test: /[\\/]src[\\/]cli[\\/](compile-cache|node-version|output)\.ts$/, priority: 2 },
        { name: "quick", test: /[\\/]src[\\/]cli[\\/]run\.ts$/, priority: 1 },
      ],
    },
  },
  // GitHub runs the Action from a bare checkout: everything is in it.
  main: {
    input: "src/action/main.ts",
    external: [],
    codeSplitting: true,
    // A native module is for one kind of machine; Node's own SQLite is on all of them.
    alias: { "better-sqlite3": join(root, "src/store/node-sqlite.ts") },
  },
};

/**
 * @param {keyof typeof bundles} name of the entry file
 * @param {string} folder where the bundle goes
 */
async function build(name, folder) {
  const { input, external, codeSplitting, alias = {} } = bundles[name];
  const bundle = await rolldown({
    cwd: root,
    input: { [name]: join(root, input) },
    platform: "node",
    external,
    // A package keeps the name that it has here, also where node_modules is a link: the same source makes the same bundle.
    resolve: { alias, symlinks: false },
    plugins: [programsByUrl(), withoutFacades()],
    onLog(level, log) {
      // A bundle with a hole in it would only fail where somebody needs it.
      // Probot's throttling, which is switched off, would look for Redis; it does so past every bundler.
      const isRedis = log.code === "EVAL" && /bottleneck.lib/.test(log.message);
      if (level === "warn" && !isRedis) throw new Error(log.message);
    },
  });
  const { output } = await bundle.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: name === "cli" ? "[name]-[hash].js" : "[name].js",
    comments: { legal: false, jsdoc: false },
    codeSplitting,
  });
  await bundle.close();
  chmodSync(join(folder, `${name}.js`), 0o755);
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

/** Leads an import past a chunk that only hands on what another one exports: it would cost each start a file. */
function withoutFacades() {
  const facade = /^export \{ (.+) \} from "\.\/([\w-]+\.js)";\s*$/;
  return {
    name: "without-facades",
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter(({ type, isEntry }) => type === "chunk" && !isEntry);
      for (const { fileName, code } of chunks) {
        const [, names, target] = facade.exec(code) ?? [];
        if (names === undefined) continue;
        const renamed = names.split(", ").map((name) => name.replace(/^(\w+) as (\w+)$/, "$2: from.$1"));
        const called = `import("./${fileName}")`;
        for (const chunk of Object.values(bundle))
          if (chunk.type === "chunk" && chunk.code.includes(called))
            chunk.code = chunk.code.replaceAll(
              called,
              `import("./${target}").then((from) => ({ ${renamed.join(", ")} }))`,
            );
        delete bundle[fileName];
        const left = Object.values(bundle).find((chunk) => chunk.type === "chunk" && chunk.code.includes(fileName));
        if (left !== undefined) throw new Error(`${left.fileName} still needs ${fileName}`);
      }
    },
  };
}

const started = performance.now();
// Another folder than dist/ is for whoever wants to look at a bundle without disturbing the one in use.
const folder = resolve(process.argv[2] ?? join(root, "dist"));
const onlyAction = process.argv[3] === "action";
if (!onlyAction && existsSync(folder))
  for (const name of readdirSync(folder)) if (name !== "action") rmSync(join(folder, name), { recursive: true });
rmSync(join(folder, "action"), { recursive: true, force: true });
tell(folder, onlyAction ? [] : await build("cli", folder));
tell(join(folder, "action"), await build("main", join(folder, "action")));

function tell(where, output) {
  const bytes = output.reduce((sum, { fileName }) => sum + statSync(join(where, fileName)).size, 0);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  process.stderr.write(`${where}: ${output.length} files, ${Math.round(bytes / 1024)} KiB, in ${seconds} s\n`);
}
