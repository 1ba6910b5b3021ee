import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "cco-bundle-"));
const dist = join(folder, "dist");
let seconds = 0;

beforeAll(async () => {
  const before = performance.now();
  await execa(process.execPath, [join(root, "scripts/build.mjs"), dist]);
  seconds = (performance.now() - before) / 1_000;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the bundle where no package of the project can be found unless `folder` links to it. */
async function cco(...args: string[]) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [join(dist, "cli.js"), ...args], {
    cwd: folder,
    env: { HOME: folder, PATH: process.env.PATH ?? "", CC_ORCHESTRATOR_SERVER: "http://127.0.0.1:9" },
    extendEnv: false,
    reject: false,
    timeout: 20_000,
  });
  return { code: exitCode, out: stdout, err: stderr };
}

const chunks = () => readdirSync(dist).filter((name) => name.endsWith(".js"));
const codeOf = (chunk: string) => readFileSync(join(dist, chunk), "utf8");
const chunkOf = (name: string) => chunks().find((chunk) => chunk.startsWith(`${name}-`)) ?? `no chunk ${name}`;
/** What is loaded with a chunk, itself included; what it may load later is not. */
function loadedWith(chunk: string, seen = new Set<string>()): Set<string> {
  if (seen.has(chunk)) return seen;
  seen.add(chunk);
  for (const [, next] of codeOf(chunk).matchAll(/^(?:import|export)\b[^;\n]*?"\.\/([^"]+)"/gm))
    if (next !== undefined) loadedWith(next, seen);
  return seen;
}
const packagesOf = (chunk: string) =>
  [...loadedWith(chunk)].flatMap((one) =>
    [...codeOf(one).matchAll(/^import\b[^;\n"]*"([^."][^"]*)"/gm)].flatMap(([, name = ""]) =>
      name.startsWith("node:") ? [] : [name],
    ),
  );

describe("the bundle", () => {
  it("is made within 10 seconds, with a program that can be run as it is", () => {
    expect(seconds).toBeLessThan(10);
    expect(codeOf("cli.js")).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(statSync(join(dist, "cli.js")).mode & 0o111).toBe(0o111);
  });

  it("has nothing of what kills the programs in tests: no way to kill itself, and no module of the tests", () => {
    for (const chunk of chunks()) {
      expect([chunk, /kill\(process\.pid, ?"SIGKILL"/.test(codeOf(chunk))]).toEqual([chunk, false]);
      expect([chunk, /crash-(server|child)|killAt|#test\//.test(codeOf(chunk))]).toEqual([chunk, false]);
    }
  });

  it("asks, shows and explains without any package beside it", async () => {
    expect(await cco("--help")).toMatchObject({ code: 0, err: "", out: expect.stringContaining("Exit codes") });
    expect(await cco("version")).toMatchObject({ code: 0, out: expect.stringMatching(/^\d/) });
    expect(await cco("status")).toMatchObject({ code: 5, err: expect.stringContaining("does not answer") });
    expect(await cco("task", "lst")).toMatchObject({ code: 2, err: expect.stringMatching(/Did you mean .*list/) });
    expect(await cco("runner", "start")).toMatchObject({ code: 78, err: expect.stringContaining("runner register") });
  });

  it("says in a sentence that this Node is too old, before it needs anything of a newer one", async () => {
    const older = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } })`;
    const preload = `data:text/javascript,${encodeURIComponent(older)}`;
    const program = ["--import", preload, join(dist, "cli.js"), "status"];
    const { exitCode, stdout, stderr } = await execa(process.execPath, program, { reject: false, timeout: 20_000 });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "cc-orchestrator cannot run here: Node 20.20.2 is too old. Install Node 22.18 or newer.",
    });
  });

  it("loads the server's packages for the server alone", () => {
    const ours = readdirSync(join(root, "src/cli/commands")).map((file) => file.replace(/\.ts$/, ""));
    // These two are part of the program itself.
    const ofCommand = (name: string) => (["status", "version"].includes(name) ? chunkOf("quick") : chunkOf(name));
    for (const command of ours.filter((name) => !["web-start", "up"].includes(name))) {
      const packages = packagesOf(ofCommand(command));
      for (const name of ["probot", "express", "better-sqlite3"]) expect([command, ...packages]).not.toContain(name);
    }
    const programs = chunks().filter((chunk) => chunk.startsWith("main-"));
    const withProbot = programs.filter((chunk) => packagesOf(chunk).includes("probot"));
    const runner = programs.filter((chunk) => /async function startRunner/.test(codeOf(chunk)));
    expect(withProbot).toHaveLength(1);
    expect(runner).toHaveLength(1);
    expect(runner).not.toEqual(withProbot);
    // Nor is it inside of a chunk under another name; that the bundle tells is shown by a package that is inside.
    expect(chunks().some((chunk) => /node_modules\/commander\//.test(codeOf(chunk)))).toBe(true);
    for (const chunk of chunks()) expect(codeOf(chunk)).not.toMatch(/node_modules\/(probot|express|better-sqlite3)\//);
  });

  it("loads neither parser nor schemas for help, version and status, and all they need in a few files", () => {
    // The rest comes by an import of its own, after the cache of compiled code is there.
    const first = [...new Set([...loadedWith("cli.js"), ...loadedWith(chunkOf("quick"))])];
    expect(first.length).toBeLessThanOrEqual(3);
    const code = first.map(codeOf).join("\n");
    expect(code).toContain("renderStatus");
    for (const vendor of ["commander", "zod", "yaml"]) expect(code).not.toContain(`node_modules/${vendor}/`);
    // As modules, these two bring promises, streams and workers with them.
    for (const one of ["cli.js", chunkOf("quick")]) expect(packagesOf(one)).toEqual([]);
    expect(code).not.toMatch(/^import\b.*"node:(fs|util|http|https|child_process)"/m);
    expect(first.reduce((sum, chunk) => sum + statSync(join(dist, chunk)).size, 0)).toBeLessThan(100_000);
  });

  it("has the program that runs in each terminal where the runner looks for it", async () => {
    const starting = chunks().filter((chunk) => /new URL\("\.\/launch\.\w+", import\.meta\.url\)/.test(codeOf(chunk)));
    expect(starting).toHaveLength(1);
    expect(codeOf(starting[0] ?? "")).toContain('new URL("./launch.js", import.meta.url)');
    const { stderr } = await execa(process.execPath, [join(dist, "launch.js"), folder], { reject: false });
    expect(stderr).toContain("nothing to launch");
  });

  it("starts the server with the packages that npm installs for it", async () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    for (const name of Object.keys(dependencies)) {
      const link = join(folder, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, "node_modules", name), link);
    }
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const settings = {
      APP_ID: "1",
      PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      WEBHOOK_SECRET: "0123456789abcdef0123456789abcdef",
      GITHUB_API_URL: "http://127.0.0.1:9",
    };
    const server = execa(process.execPath, [join(dist, "cli.js"), "web", "start", "--port", "0"], {
      cwd: folder,
      env: { HOME: folder, PATH: process.env.PATH ?? "", ...settings },
      extendEnv: false,
      reject: false,
      timeout: 20_000,
    });
    const [line] = await once(server.stdout, "data");
    expect(await cco("status", "--server", String(line).trim())).toMatchObject({ code: 0 });
    server.kill("SIGTERM");
    expect((await server).exitCode).toBe(0);
  });
});
