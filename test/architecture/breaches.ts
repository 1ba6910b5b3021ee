import { isBuiltin } from "node:module";
import { basename } from "node:path/posix";
import type { Source } from "./source.ts";
import {
  emptyWords,
  type PartName,
  partOf,
  pureModules,
  resolveImport,
  toldParts,
  vendors,
  vendorWords,
  walls,
} from "./walls.ts";

/** Every way in which a file breaks the walls, a sentence each, empty when it keeps them. */
export function breachesOf(source: Source, aliases: Readonly<Record<string, string>>): string[] {
  const { path } = source;
  const part = partOf(path);
  if (part === null) return [`${path} belongs to no part: give its folder walls in test/architecture/walls.ts`];
  return [
    ...source.imports.flatMap(({ specifier, line }) =>
      ofImport(part, path, specifier, aliases).map((what) => `${path}:${line} ${what}`),
    ),
    ...source.computed.map((line) => `${path}:${line} imports what only shows when it runs`),
    ...ofCrypto(part, source),
    ...(toldParts.includes(part) ? source.outside : []).map(
      ({ what, line }) => `${path}:${line} ${part} is told what it needs: ${what}`,
    ),
    ...(/^index\.tsx?$/.test(basename(path)) ? [`${path} is a barrel: import from the file that has it`] : []),
    ...source.reExports.map((line) => `${path}:${line} is a barrel: import from the file that has it`),
    ...source.anys.map((line) => `${path}:${line} any: say what it is`),
    ...ofNames(source),
    ...(isProduct(part) ? ofWords(source) : []),
  ];
}

function ofImport(
  part: PartName,
  path: string,
  specifier: string,
  aliases: Readonly<Record<string, string>>,
): string[] {
  const target = resolveImport(path, specifier, aliases);
  if (target.kind === "unknown") return [`${specifier} leads nowhere`];
  if (target.kind === "package") return ofPackage(part, target.name);
  if (target.path === "package.json") return [];
  const other = partOf(target.path);
  if (other === null) return [`${specifier} leads out of the project's parts`];
  return other === part || walls[part].may.includes(other) ? [] : [`${part} may not import ${other} (${specifier})`];
}

function ofPackage(part: PartName, name: string): string[] {
  if (isBuiltin(name)) {
    if (!name.startsWith("node:")) return [`write node:${name}`];
    const pure = pureModules[part];
    return pure === undefined || pure.includes(name) ? [] : [`${part} may not use ${name}`];
  }
  if (!isProduct(part)) return [];
  const vendor = vendors.find(({ packages }) => packages.test(name));
  if (vendor === undefined || vendor.parts.includes(part)) return [];
  return [`${name} belongs to ${vendor.parts.join(" and ")}`];
}

/** A keyed digest is a function of its arguments; everything else of the module is not for decisions. */
function ofCrypto(part: PartName, { path, taken }: Source): string[] {
  if (part !== "domain") return [];
  return taken
    .filter(({ specifier, name }) => specifier === "node:crypto" && name !== "createHmac")
    .map(({ line }) => `${path}:${line} domain may take createHmac alone from node:crypto`);
}

function ofNames({ path, names }: Source): string[] {
  const fileName = basename(path).replace(/(\.test)?\.tsx?$/, "");
  const lastWord = fileName.split(/[-.]/).at(-1) ?? "";
  const asName = lastWord.charAt(0).toUpperCase() + lastWord.slice(1);
  return [
    ...(emptyWords.test(asName) ? [`${path}: ${basename(path)} says nothing by its last word`] : []),
    ...names
      .filter(({ name }) => emptyWords.test(name))
      .map(({ name, line }) => `${path}:${line} ${name} says nothing by its last word`),
  ];
}

function ofWords({ path, literals }: Source): string[] {
  return vendorWords.flatMap(({ what, said, at }) =>
    path.startsWith(at)
      ? []
      : literals.filter(({ text }) => said.test(text)).map(({ line }) => `${path}:${line} ${what} belongs to ${at}`),
  );
}

function isProduct(part: PartName): boolean {
  return part !== "test" && part !== "scripts";
}
