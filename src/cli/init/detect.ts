import type { Checkout } from "./checkout.ts";

/** Commands that make a fresh worktree ready and that prove the work, and the file that they were read from. */
export type Detected = { from: string; setup: string[]; verify: string[] };

/**
 * What a repository's own files say about building and testing it. The first kind that knows how to prove something
 * decides: a repository with a package.json and a Makefile is asked through the one that people use there.
 * @returns null when nothing is known
 */
export function detectCommands(checkout: Checkout): Detected | null {
  const found = [fromNode, fromMake, fromPython, fromRust, fromGo, fromJvm].flatMap((read) => read(checkout) ?? []);
  return found.find(({ verify }) => verify.length > 0) ?? found[0] ?? null;
}

type Reader = (checkout: Checkout) => Detected | null;

/** Package managers by their lock files; the first is what a repository without one is installed with. */
const managers = [
  { lock: "pnpm-lock.yaml", install: "pnpm install --frozen-lockfile", run: "pnpm run" },
  { lock: "yarn.lock", install: "yarn install --immutable", run: "yarn run" },
  { lock: "bun.lock", install: "bun install --frozen-lockfile", run: "bun run" },
  { lock: "package-lock.json", install: "npm ci", run: "npm run" },
] as const;

/** In the order in which a person would look: the quick ones first. */
const scripts = ["lint", "typecheck", "types", "test"] as const;

const fromNode: Reader = ({ has, read }) => {
  const text = read("package.json");
  if (text === null) return null;
  const defined = scriptsOf(text);
  const manager = managers.find(({ lock }) => has(lock)) ?? { install: "npm install", run: "npm run" };
  const verify = (defined.check === undefined ? scripts : ["check"]).flatMap((name) => {
    const script = defined[name];
    // What `npm init` writes fails by design.
    if (script === undefined || script.includes("no test specified")) return [];
    return [name === "test" && manager.run === "npm run" ? "npm test" : `${manager.run} ${name}`];
  });
  return { from: "package.json", setup: [manager.install], verify };
};

function scriptsOf(text: string): Record<string, string> {
  try {
    const { scripts: defined } = JSON.parse(text) as { scripts?: Record<string, unknown> };
    return Object.fromEntries(Object.entries(defined ?? {}).map(([name, script]) => [name, String(script)]));
  } catch {
    return {}; // a damaged package.json says nothing
  }
}

const fromMake: Reader = ({ read }) => {
  const text = read("Makefile") ?? read("makefile") ?? read("GNUmakefile");
  if (text === null) return null;
  const targets = new Set([...text.matchAll(/^([a-z][a-z-]*)[a-z -]*:(?!=)/gm)].map(([, name]) => name));
  const wanted = targets.has("check") ? ["check"] : ["lint", "test"].filter((name) => targets.has(name));
  return { from: "Makefile", setup: [], verify: wanted.map((name) => `make ${name}`) };
};

const fromPython: Reader = ({ has, read }) => {
  const project = read("pyproject.toml");
  const requirements = has("requirements.txt");
  if (project === null && !requirements) return null;
  const text = project ?? "";
  const [install, before] = has("uv.lock")
    ? ["uv sync", "uv run "]
    : has("poetry.lock")
      ? ["poetry install", "poetry run "]
      : ["python3 -m venv .venv", ".venv/bin/"];
  const pip = before === ".venv/bin/" ? [`.venv/bin/pip install ${requirements ? "-r requirements.txt" : "."}`] : [];
  const usesPytest = /pytest/.test(text + (read("requirements.txt") ?? "")) || has("pytest.ini") || has("conftest.py");
  const verify = [
    ...(/^\[tool\.ruff/m.test(text) ? [`${before}ruff check .`] : []),
    ...(usesPytest ? [`${before}pytest`] : []),
  ];
  return { from: project === null ? "requirements.txt" : "pyproject.toml", setup: [install, ...pip], verify };
};

const fromRust: Reader = ({ has }) =>
  has("Cargo.toml") ? { from: "Cargo.toml", setup: [], verify: ["cargo test"] } : null;

const fromGo: Reader = ({ has }) =>
  has("go.mod") ? { from: "go.mod", setup: [], verify: ["go vet ./...", "go test ./..."] } : null;

const fromJvm: Reader = ({ has }) => {
  if (has("gradlew")) return { from: "gradlew", setup: [], verify: ["./gradlew check"] };
  return has("pom.xml") ? { from: "pom.xml", setup: [], verify: ["mvn --batch-mode verify"] } : null;
};
