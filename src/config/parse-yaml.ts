import { parseDocument } from "yaml";

/**
 * What a text in YAML says. A key that stands twice is a mistake, and so is what would unfold to many times its length.
 * @returns `mistakes`: each a sentence with its line, the first of them never missing
 */
export function parseYaml(text: string): { content: unknown } | { mistakes: string[] } {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) return { mistakes: document.errors.map(({ message }) => firstLineOf(message)) };
  return { content: document.toJS({ maxAliasCount: 20 }) };
}

function firstLineOf(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}
