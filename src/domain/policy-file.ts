import { type Document, LineCounter, parseDocument, visit } from "yaml";
import { Policy, policyPath } from "#protocol/policy.ts";
import type { Reason } from "#protocol/words.ts";
import { type Found, schemaProblems } from "./policy-problems.ts";
import { showHidden } from "./text/visible.ts";

const maxBytes = 64 * 1024;
/** At most so many problems are told at once. */
const shownProblems = 5;

/** What is wrong with a policy file: the first problem with its place, and a reason that tells them all. */
export type PolicyProblem = {
  /** Both count from 1. */
  line: number;
  column: number;
  /** The line, as it stands in the file. */
  quote: string;
  /** What is wrong there and what to write instead. */
  sentence: string;
  /** The whole in Markdown: every problem with its line quoted. Its code is `policy_broken`. */
  reason: Reason;
};

/**
 * Reads a repository's policy file. Anything but a plain mapping of the known keys is refused, with all problems at
 * once. Anchors and aliases are refused as such, so no file can grow in memory.
 */
export function parsePolicyFile(text: string): { policy: Policy } | { problem: PolicyProblem } {
  const lines = new LineCounter();
  if (new TextEncoder().encode(text).length > maxBytes) return told(text, [at(0, "The file is larger than 64 KB.")]);
  try {
    const document = parseDocument(text, { lineCounter: lines, logLevel: "error" });
    const broken = [...syntaxProblems(document), ...aliasProblems(document)];
    if (broken.length > 0) return told(text, broken);
    const parsed = Policy.safeParse(document.toJS({ maxAliasCount: 0 }) ?? {});
    if (parsed.success) return { policy: parsed.data };
    return told(text, schemaProblems(document, parsed.error.issues));
  } catch (error) {
    // The parser follows the nesting of the file with its own stack.
    if (error instanceof RangeError) return told(text, [tooDeep]);
    throw error;
  }
}

/** The problem as a person reads it in a comment on the issue. */
export function renderPolicyProblem(problem: PolicyProblem): string {
  const { sentence, advice } = problem.reason;
  return advice === undefined ? sentence : `${sentence}\n\n**What to do:** ${advice}`;
}

const tooDeep: Found = { offset: 0, sentence: "The file is nested too deeply." };

function at(offset: number, sentence: string): Found {
  return { offset, sentence };
}

function syntaxProblems(document: Document.Parsed): Found[] {
  if (document.errors.some((error) => error.message.startsWith("Maximum call stack"))) return [tooDeep];
  const errors = document.errors.map((error) => at(error.pos[0], `${plain(error.message)}.`));
  const warnings = document.warnings.map((warning) => at(warning.pos[0], `${plain(warning.message)}.`));
  return [...errors, ...warnings];
}

function plain(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
}

function aliasProblems(document: Document.Parsed): Found[] {
  const found: Found[] = [];
  const sentence = "Anchors and aliases are not read here; write the value out.";
  visit(document, {
    Node: (_, node) => {
      if (node.range && (node.anchor || !("value" in node || "items" in node))) found.push(at(node.range[0], sentence));
    },
  });
  return found;
}

function told(text: string, found: readonly Found[]): { problem: PolicyProblem } {
  const places = found.map((one) => ({ ...placeOf(text, one.offset), sentence: one.sentence }));
  const problems = places.sort((a, b) => a.line - b.line || a.column - b.column);
  const [first] = problems;
  const sentence = fitting(problems);
  const advice =
    "Correct the file on the default branch. A version of it that was good stays in force until then; where there was none, take the issue label off and put it back once the file is right.";
  return {
    problem: {
      ...(first ?? { line: 1, column: 1, quote: "", sentence: "The file cannot be read." }),
      reason: { code: "policy_broken", sentence, advice },
    },
  };
}

/** As many problems as a reason has room for. */
function fitting(problems: readonly Omit<PolicyProblem, "reason">[]): string {
  for (let count = Math.min(shownProblems, problems.length); ; count--) {
    const rest = problems.length - count;
    const more = rest === 0 ? [] : [rest === 1 ? "There is one more problem." : `There are ${rest} more problems.`];
    const parts = [`\`${policyPath}\` cannot be used.`, ...problems.slice(0, count).map(inMarkdown), ...more];
    const sentence = parts.join("\n\n");
    if (sentence.length <= 2_000 || count <= 1) return sentence.slice(0, 2_000);
  }
}

function placeOf(text: string, offset: number): { line: number; column: number; quote: string } {
  const upTo = text.slice(0, offset);
  const start = upTo.lastIndexOf("\n") + 1;
  const end = text.indexOf("\n", offset);
  const quote = showHidden(text.slice(start, end === -1 ? text.length : end)).trimEnd();
  return { line: upTo.split("\n").length, column: offset - start + 1, quote: Array.from(quote).slice(0, 120).join("") };
}

function inMarkdown(problem: Omit<PolicyProblem, "reason">): string {
  const { line, column, quote, sentence } = problem;
  const number = `${line} | `;
  const caret = column <= quote.length ? `\n${" ".repeat(number.length + column - 1)}^` : "";
  const mark = "`".repeat(Math.max(3, ...Array.from(quote.matchAll(/`+/g), (run) => run[0].length + 1)));
  return `Line ${line}: ${sentence}\n\n${mark}text\n${number}${quote}${caret}\n${mark}`;
}
