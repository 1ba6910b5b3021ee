import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { appEvents, appPermissions } from "#cli/init/app-link.ts";
import { detectCommands } from "#cli/init/detect.ts";
import { parsePolicyFile } from "#domain/policy-file.ts";
import { openTerminal } from "./terminal.ts";
import { openHome } from "./world.ts";

const root = join(import.meta.dirname, "../../..");
const program = join(root, "src/cli/main.ts");
const policy = ".github/cc-orchestrator.yml";
let home: ReturnType<typeof openHome>;
beforeEach(() => {
  home = openHome();
});
afterEach(() => home.close());

/** The home as a git repository with these files. */
function repository(files: Readonly<Record<string, string>>): void {
  mkdirSync(join(home.folder, ".git"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home.folder, name), text);
}
const written = () => readFileSync(join(home.folder, policy), "utf8");

/** What is found in a folder of these files. */
const detect = (files: Readonly<Record<string, string>>) =>
  detectCommands({ has: (name) => name in files, read: (name) => files[name] ?? null });
const withScripts = (scripts: object) => JSON.stringify({ scripts });

describe("what a repository says about building and testing it", () => {
  it.each([
    {
      what: "npm's scripts, the quick ones first",
      files: { "package.json": withScripts({ test: "vitest", lint: "biome", build: "x" }), "package-lock.json": "" },
      found: { from: "package.json", setup: ["npm ci"], verify: ["npm run lint", "npm test"] },
    },
    {
      what: "a script for everything",
      files: { "package.json": withScripts({ test: "vitest", check: "all" }), "pnpm-lock.yaml": "" },
      found: { from: "package.json", setup: ["pnpm install --frozen-lockfile"], verify: ["pnpm run check"] },
    },
    {
      what: "a Makefile, where npm has no test of its own",
      files: {
        "package.json": withScripts({ test: 'echo "Error: no test specified" && exit 1' }),
        Makefile: "VERSION := 1\nlint:\n\tx\ntest: lint\n\ty\n",
      },
      found: { from: "Makefile", setup: [], verify: ["make lint", "make test"] },
    },
    {
      what: "uv with ruff and pytest",
      files: { "pyproject.toml": '[project]\ndependencies = ["pytest"]\n[tool.ruff]\n', "uv.lock": "" },
      found: { from: "pyproject.toml", setup: ["uv sync"], verify: ["uv run ruff check .", "uv run pytest"] },
    },
    {
      what: "pip",
      files: { "requirements.txt": "pytest==8\n" },
      found: {
        from: "requirements.txt",
        setup: ["python3 -m venv .venv", ".venv/bin/pip install -r requirements.txt"],
        verify: [".venv/bin/pytest"],
      },
    },
    { what: "cargo", files: { "Cargo.toml": "" }, found: { from: "Cargo.toml", setup: [], verify: ["cargo test"] } },
    {
      what: "go",
      files: { "go.mod": "" },
      found: { from: "go.mod", setup: [], verify: ["go vet ./...", "go test ./..."] },
    },
    { what: "gradle", files: { gradlew: "" }, found: { from: "gradlew", setup: [], verify: ["./gradlew check"] } },
    {
      what: "a damaged package.json",
      files: { "package.json": "{" },
      found: { from: "package.json", setup: ["npm install"], verify: [] },
    },
    { what: "nothing", files: { "README.md": "" }, found: null },
  ])("is read from $what", ({ files, found }) => {
    expect(detect(files as unknown as Record<string, string>)).toEqual(found);
  });
});

describe("init", () => {
  it("writes a policy that the server understands, once", async () => {
    repository({ "package.json": withScripts({ test: "vitest" }), "package-lock.json": "{}" });
    const { code, out, err } = await home.run(["init", "--yes"]);
    expect(code).toBe(0);
    expect(out).toBe(written());
    expect(err).toMatch(/Written\.[\s\S]*git add[\s\S]*doctor[\s\S]*init --app/);
    expect(parsePolicyFile(out)).toMatchObject({
      policy: { label: "claude", setup: ["npm ci"], verify: ["npm test"], limits: { turns: 100 } },
    });
    const again = await home.run(["init", "--yes"]);
    expect(again).toMatchObject({ code: 1, out: "", err: expect.stringContaining("already") });
  });

  it("proposes a policy that is right where nothing is known", async () => {
    repository({});
    await home.run(["init", "--yes"]);
    expect(parsePolicyFile(written())).toMatchObject({ policy: { setup: [], verify: [] } });
  });

  it("looks at the machine, too, and names what is missing", async () => {
    const project = join(home.folder, "project");
    mkdirSync(join(project, ".git"), { recursive: true });
    const env = { CC_ORCHESTRATOR_CLAUDE: join(home.folder, "nowhere") };
    const { code, err } = await home.run(["init", "--yes"], env, project);
    expect(code).toBe(0);
    expect(err).toMatch(/This machine lacks something[\s\S]*✗ Claude Code +\S[\s\S]*→ \S/);
    expect(err).not.toContain("✓");
  });

  it("writes nothing without a yes", async () => {
    repository({ "go.mod": "" });
    const shown = await home.run(["init"]);
    expect(shown).toMatchObject({ code: 1, out: expect.stringContaining("go test ./...") });
    expect(shown.err).toContain("Nothing was written");
    const json = JSON.parse((await home.run(["init", "--json"])).out);
    expect(json).toMatchObject({ path: join(home.folder, policy), from: "go.mod", written: false });
    expect(existsSync(join(home.folder, policy))).toBe(false);
  });

  it.each([
    { key: ["Enter"], says: /Written\.[\s\S]*ended 0/, is: true },
    { key: ["n", "Enter"], says: /Nothing was written[\s\S]*ended 1/, is: false },
  ])("asks a person, who presses $key", async ({ key, says, is }) => {
    repository({ "go.mod": "" });
    const env = { HOME: home.folder, PATH: process.env.PATH ?? "" };
    const terminal = await openTerminal(`'${process.execPath}' '${program}' init`, {
      folder: home.folder,
      env,
      rows: 40,
    });
    try {
      await expect.poll(() => terminal.screen(), { timeout: 10_000 }).toContain("Write it? [Y/n]");
      await terminal.press(...key);
      await expect.poll(() => terminal.screen(), { timeout: 10_000 }).toMatch(says);
      expect(existsSync(join(home.folder, policy))).toBe(is);
    } finally {
      await terminal.close();
    }
  });

  it("says that it needs a repository", async () => {
    expect(await home.run(["init", "--yes"])).toMatchObject({ code: 1, err: expect.stringContaining("git init") });
  });
});

describe("init --app", () => {
  it("prints the link of a form that is filled in, and what to do with it", async () => {
    const { code, out, err } = await home.run(["init", "--app", "--public-url", "https://cco.example.com/"]);
    expect(code).toBe(0);
    const link = new URL(out.trim());
    expect(link.origin + link.pathname).toBe("https://github.com/settings/apps/new");
    expect(Object.fromEntries(link.searchParams)).toMatchObject({
      public: "false",
      webhook_active: "true",
      webhook_url: "https://cco.example.com/api/github/webhooks",
      "callback_urls[]": "https://cco.example.com/sign-in/github/callback",
      checks: "write",
    });
    expect(link.searchParams.getAll("events[]")).toEqual([...appEvents]);
    expect(err).toMatch(/1\. Open[\s\S]*WEBHOOK_SECRET[\s\S]*APP_ID[\s\S]*PRIVATE_KEY_PATH[\s\S]*Install App/);
  });

  it("goes to an organisation, and to another GitHub", async () => {
    const flags = ["--org", "acme", "--github-url", "https://github.acme.example", "--json"];
    const { link, steps } = JSON.parse((await home.run(["init", "--app", ...flags])).out);
    expect(link).toContain("https://github.acme.example/organizations/acme/settings/apps/new?");
    expect(link).toContain("webhook_active=false");
    expect(steps.join()).toContain("GITHUB_API_URL=https://github.acme.example/api/v3");
    expect(await home.run(["init", "--app", "--org", "a/b"])).toMatchObject({ code: 2, out: "" });
  });

  it("asks for what app.yml asks for", () => {
    const manifest = parse(readFileSync(join(root, "app.yml"), "utf8"));
    expect(manifest.default_permissions).toEqual(appPermissions);
    expect(manifest.default_events).toEqual([...appEvents]);
  });
});
