/** What the Action says in annotations, as it stands in its source. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What becomes an annotation: these calls, and reasons with a sentence and an advice. */
const saying =
  /\b(?:InputError|ToolError|new Error|super|tellNothing|notice|warning|return of)\(|\b(?:(?:sentence|advice|why)(?::| =)|withKey =)/g;
const literal = /"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g;
/** Names of inputs and reasons have no spaces; shorter pieces say nothing. */
const leastLetters = 12;

/** For the runner, for Claude, or for whoever changes the code. */
const unseen: ReadonlySet<string> = new Set([
  "The archive has a file outside of its folder:",
  "a dry run writes nothing",
  "the machine that ran you was taken away.",
]);

/** The fixed parts of each sentence, and those of the refusals of a control plane. */
export function annotationPieces(root: string): string[] {
  const ofAction = readdirSync(join(root, "src/action"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `src/action/${name}`);
  const found = [...ofAction, "src/domain/job.ts"].flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return [...text.matchAll(saying)].flatMap((match) => piecesOf(statementAt(text, match.index)));
  });
  return [...new Set(found)].sort();
}

/** As far as the statement goes in which it begins. */
function statementAt(text: string, from: number): string {
  const end = text.slice(from).search(/;\n|,\n\s*\w+:|,?\n\s*\};?\n/);
  return text.slice(from, end < 0 ? undefined : from + end);
}

function piecesOf(statement: string): string[] {
  return [...statement.matchAll(literal)]
    .flatMap(([, quoted, template]) =>
      (quoted ?? template ?? "").replaceAll("\\`", "`").split(/\$\{(?:[^{}]|\{[^}]*\})*\}/),
    )
    .map((piece) => piece.trim())
    .filter(
      (piece) => piece.length >= leastLetters && piece.includes(" ") && !piece.includes("${") && !unseen.has(piece),
    );
}
