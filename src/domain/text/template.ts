/** What a template asks for and the values do not have. */
export class MissingValueError extends Error {
  readonly path: string;
  constructor(path: string) {
    super(`There is no ${path} in what was sent.`);
    this.name = "MissingValueError";
    this.path = path;
  }
}

const place = /\{\{\s*([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(?:\|([^{}]*))?\}\}/g;

/**
 * Puts values into `{{a.b.0}}`; `{{a.b|otherwise}}` has its own words for what is not there. Nothing is computed, and what
 * is put in is not read as a template again.
 * @param values what JSON holds; lists and objects are put in as JSON
 * @throws MissingValueError
 */
export function fillTemplate(template: string, values: unknown): string {
  return template.replace(place, (_, path: string, otherwise: string | undefined) => {
    const found = valueAt(values, path);
    if (found !== undefined && found !== null) return typeof found === "object" ? JSON.stringify(found) : String(found);
    if (otherwise === undefined) throw new MissingValueError(path);
    return otherwise.trim();
  });
}

/** The value at a dotted path; undefined where there is none. */
export function valueAt(values: unknown, path: string): unknown {
  let found = values;
  for (const part of path.split(".")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Record<string, unknown>)[part];
  }
  return found;
}
