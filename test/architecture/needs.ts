import type { Source } from "./source.ts";
import { resolveImport } from "./walls.ts";

/** Circles of files that need each other before they can run, each as the paths along it. */
export function cyclesIn(sources: readonly Source[], aliases: Readonly<Record<string, string>>): string[][] {
  const needs = new Map(sources.map((source) => [source.path, neededBy(source, aliases)]));
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]) => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path]);
    else if (!done.has(path)) for (const next of needs.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of needs.keys()) visit(path, []);
  return found;
}

function neededBy({ path, imports }: Source, aliases: Readonly<Record<string, string>>): string[] {
  return imports
    .filter(({ atStart }) => atStart)
    .flatMap(({ specifier }) => {
      const target = resolveImport(path, specifier, aliases);
      return target.kind === "file" ? [target.path] : [];
    });
}

/** The packages that a program loads, itself or by the files that it needs, before it runs. */
export function packagesOf(
  entry: string,
  sources: readonly Source[],
  aliases: Readonly<Record<string, string>>,
): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string) => {
    const source = byPath.get(path);
    if (source === undefined || seen.has(path)) return;
    seen.add(path);
    for (const { specifier, atStart } of source.imports) {
      const target = resolveImport(path, specifier, aliases);
      if (atStart && target.kind === "file") visit(target.path);
      if (atStart && target.kind === "package") packages.add(target.name);
    }
  };
  visit(entry);
  return [...packages].sort();
}
