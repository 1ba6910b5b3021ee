import { type Document, isScalar, parseDocument, visit } from "yaml";
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
  if (new TextEncoder().encode(text).length > maxBytes) return told(text, [at(0, "The file is larger than 64 KB.")]);
  if (isDeep(text)) return told(text, [tooDeep]);
  try {
    // The parser's own search for repeated keys takes the square of their number.
    const document = parseDocument(text, { logLevel: "error", uniqueKeys: false });
    const broken = [...syntaxProblems(document), ...nodeProblems(document)];
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
  const errors = document.errors.map((error) => at(error.pos[0], `${plain(error.message)}.`));
  const warnings = document.warnings.map((warning) => at(warning.pos[0], `${plain(warning.message)}.`));
  return [...errors, ...warnings];
}

function plain(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "").replace(/; please use .*$/, "");
}

/** Whether the file opens more brackets or lists in each other than a policy can need. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === "[" || bracket === "{" ? 1 : -1));
    if (depth > 100) return true;
  }
  return /(?:[-?:][ \t]+){50}/.test(text);
}

function nodeProblems(document: Document.Parsed): Found[] {
  const found: Found[] = [];
  visit(document, {
    Alias: (_, node) => void found.push(at(node.range?.[0] ?? 0, noAliases)),
    Value: (_, node) => {
      if (node.anchor !== undefined) found.push(at(node.range?.[0] ?? 0, noAliases));
    },
    Map: (_, map) => {
      const keys = new Set<unknown>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : null;
        if (isScalar(key) && keys.has(name)) found.push(at(key.range?.[0] ?? 0, `\`${name}\` is there twice.`));
        keys.add(name);
      }
    },
  });
  return found;
}

const noAliases = "Anchors and aliases are not read here; write the value out.";

function told(text: string, found: readonly Found[]): { problem: PolicyProblem } {
  const problems = [...found]
    .sort((a, b) => a.offset - b.offset)
    .slice(0, shownProblems)
    .map((one) => ({ ...placeOf(text, one.offset), sentence: one.sentence }));
  const [first] = problems;
  const sentence = fitting(problems, found.length);
  const advice =
    "Correct the file on the default branch. A version of it that was good stays in force until then; where there was none, `/claude run` or the label put on anew starts the work once the file is right.";
  return {
    problem: {
      ...(first ?? { line: 1, column: 1, quote: "", sentence: "The file cannot be read." }),
      reason: { code: "policy_broken", sentence, advice },
    },
  };
}

/** As many problems as a reason has room for. */
function fitting(problems: readonly Omit<PolicyProblem, "reason">[], total: number): string {
  for (let count = problems.length; ; count--) {
    const rest = total - count;
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
