import { readFileSync } from "node:fs";
import { parseSync } from "rolldown/utils";

/** What the walls need to know about one file of source. */
export type Source = {
  /** From the project's root, with forward slashes. */
  path: string;
  /**
   * Every module it names: static, dynamic, type-only and re-exported ones, and programs it starts by their URL.
   * `atStart`: it is loaded before the file itself runs.
   */
  imports: readonly { specifier: string; line: number; atStart: boolean }[];
  /** Names taken from modules by static imports; `*` and `default` as they are. */
  taken: readonly { specifier: string; name: string; line: number }[];
  /** Lines of dynamic imports whose module is no plain string. */
  computed: readonly number[];
  /** Lines of `export … from`. */
  reExports: readonly number[];
  /** Lines of `any` as a type, without those that a `biome-ignore` on the line above accounts for. */
  anys: readonly number[];
  /** Classes, functions, interfaces and types. */
  names: readonly { name: string; line: number }[];
  /** What asks the machine for something that is no argument: the clock, chance, the network, the process. */
  outside: readonly { what: string; line: number }[];
  /** String and template literals that are no module's name. */
  literals: readonly { text: string; line: number }[];
};

/** @throws when the bundler's parser does not understand the text: a gate must not pass what it cannot read */
export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text, { lang: path.endsWith("x") ? "tsx" : "ts" });
  if (errors.length > 0) throw new Error(`${path}: ${errors.map(({ message }) => message).join("; ")}`);
  const lines = text.split("\n");
  const lineOf = lineFinder(text);
  const found = {
    imports: [],
    taken: [],
    computed: [],
    reExports: [],
    anys: [],
    names: [],
    outside: [],
    literals: [],
  } as {
    -readonly [K in Exclude<keyof Source, "path">]: Source[K][number][];
  };
  const modules = new Set<number>();
  const add = (literal: unknown, atStart: boolean) => {
    if (!isNode(literal) || typeof literal.value !== "string") return;
    modules.add(literal.start);
    found.imports.push({ specifier: literal.value, line: lineOf(literal.start), atStart });
  };
  walk(program, (node) => {
    const line = lineOf(node.start);
    if (isNode(node.source)) add(node.source, isLoadedAtStart(node));
    if (node.type === "ImportDeclaration") found.taken.push(...takenBy(node).map((one) => ({ ...one, line })));
    if (node.type === "ImportExpression" && !(isNode(node.source) && typeof node.source.value === "string"))
      found.computed.push(line);
    if (node.type.startsWith("Export") && isNode(node.source)) found.reExports.push(line);
    if (node.type === "NewExpression" && isModuleUrl(node)) add((node.arguments as unknown[])[0], false);
    if (node.type === "TSAnyKeyword" && !isAccounted(lines[line - 2])) found.anys.push(line);
    const name = declaredName(node);
    if (name !== null) found.names.push({ name, line });
    const outside = outsideOf(node);
    if (outside !== null) found.outside.push({ what: outside, line });
    const string = stringOf(node);
    if (string !== null && !modules.has(node.start)) found.literals.push({ text: string, line });
  });
  return { path, ...found };
}

export function readSource(root: string, path: string): Source {
  return parseSource(path, readFileSync(`${root}/${path}`, "utf8"));
}

type Node = { type: string; start: number } & Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const one of value) walk(one, visit);
  if (!isNode(value)) return;
  visit(value);
  for (const child of Object.values(value)) if (typeof child === "object") walk(child, visit);
}

const declarations = ["ClassDeclaration", "FunctionDeclaration", "TSInterfaceDeclaration", "TSTypeAliasDeclaration"];
const functions = ["ArrowFunctionExpression", "FunctionExpression", "ClassExpression"];

function declaredName(node: Node): string | null {
  const isDeclaration =
    declarations.includes(node.type) ||
    (node.type === "VariableDeclarator" && isNode(node.init) && functions.includes(node.init.type));
  return isDeclaration && isNode(node.id) && typeof node.id.name === "string" ? node.id.name : null;
}

const globals = ["process", "performance", "console", "crypto"];
const calls = ["fetch", "setTimeout", "setInterval", "setImmediate", "queueMicrotask"];
const members = ["Date.now", "Math.random"];

function outsideOf(node: Node): string | null {
  if (node.type === "NewExpression" && isNode(node.callee) && node.callee.name === "Date") {
    return (node.arguments as unknown[]).length === 0 ? "new Date()" : null;
  }
  if (node.type === "MemberExpression" && isNode(node.object) && isNode(node.property)) {
    const object = String(node.object.name);
    if (globals.includes(object)) return object;
    const member = `${object}.${String(node.property.name)}`;
    return members.includes(member) ? member : null;
  }
  if (node.type === "CallExpression" && isNode(node.callee) && calls.includes(String(node.callee.name))) {
    return String(node.callee.name);
  }
  return null;
}

/** Imports of types alone are erased before anything runs. */
function isLoadedAtStart({ type, importKind, exportKind, specifiers }: Node): boolean {
  if (type !== "ImportDeclaration" && !type.startsWith("Export")) return false;
  if (importKind === "type" || exportKind === "type") return false;
  const taken = Array.isArray(specifiers) ? specifiers.filter(isNode) : [];
  return taken.length === 0 || taken.some((one) => one.importKind !== "type");
}

function takenBy(node: Node): { specifier: string; name: string }[] {
  const specifier = isNode(node.source) && typeof node.source.value === "string" ? node.source.value : "";
  const specifiers = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : [];
  return specifiers.map(({ type, imported }) => {
    if (type === "ImportDefaultSpecifier") return { specifier, name: "default" };
    return { specifier, name: isNode(imported) ? String(imported.name ?? imported.value) : "*" };
  });
}

function stringOf(node: Node): string | null {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type !== "TemplateElement") return null;
  return (node.value as { cooked: string | null }).cooked;
}

/** `new URL("./launch.ts", import.meta.url)`: a program that is started by its file. */
function isModuleUrl({ callee, arguments: given }: Node): boolean {
  const [file, base] = given as readonly unknown[];
  return (
    isNode(callee) &&
    callee.name === "URL" &&
    isNode(file) &&
    typeof file.value === "string" &&
    file.value.endsWith(".ts") &&
    isNode(base) &&
    isNode(base.object) &&
    base.object.type === "MetaProperty"
  );
}

function isAccounted(lineAbove: string | undefined): boolean {
  return /biome-ignore lint\/suspicious\/noExplicitAny: \S/.test(lineAbove ?? "");
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    const after = starts.findIndex((start) => start > offset);
    return after === -1 ? starts.length : after;
  };
}
