/*
 * The constructs of Markdown, as GitHub reads it, that a look for hidden text has to tell apart. Every repetition is bounded,
 * so that hostile text costs linear time (S60).
 */

export const special = /[\n`<![\]\\]/g;
export const fenceStart = /(`{3,}(?=[^`\n]*(?:\n|$))|~{3,})[^\n]*/y;
export const tag = /<(\/?)([A-Za-z][A-Za-z0-9-]*)((?:[^"'<>]|"[^"]{0,2000}"|'[^']{0,2000}'){0,3000})>/y;
export const containerOrBracket = /[[ \t>*+\-0-9]/;
export const openTag = /<\/?([A-Za-z][A-Za-z0-9]*)(?=[\s/>]|$)/y;
export const blankLine = /[ \t]*(?:\n|$)/y;
export const autolink = /<(?:https?:\/\/|mailto:)[^\s<>]{0,500}>/y;
const quotedTitle = `"(?:[^"\\\\\\n]|\\\\[^]|\\n(?![ \\t]*\\n)){0,2000}"|'(?:[^'\\\\\\n]|\\\\[^]|\\n(?![ \\t]*\\n)){0,2000}'|\\((?:[^()\\\\\\n]|\\\\[^]|\\n(?![ \\t]*\\n)){0,2000}\\)`;
const target = "<[^<>\\n]{0,2000}>|(?:[^\\s()\\\\<]|\\\\[^]|\\((?:[^\\s()\\\\]|\\\\[^]){0,500}\\)){0,2000}";
export const inline = new RegExp(
  `\\([ \\t]*\\n?[ \\t]*(${target})((?:[ \\t]+\\n?|\\n)[ \\t]*(?:${quotedTitle}))?[ \\t]*\\n?[ \\t]*\\)`,
  "y",
);
export const definition = new RegExp(
  `(?:[ \\t]*(?:[>*+-]|[0-9]{1,9}[.)]))*[ \\t]*\\[((?:[^[\\]\\\\\\n]|\\\\[^]|\\n(?![ \\t]*\\n)){1,999})\\]:[ \\t]*\\n?[ \\t]*(<[^<>\\n]{0,2000}>|[^\\s<][^\\s]{0,2000})((?:[ \\t]+\\n?|\\n)[ \\t]*(?:${quotedTitle}))?[ \\t]*(?=\\n|$)`,
  "y",
);
export const footnote = /[ \t>]*\[\^([^\]\s]{1,100})\]:[^\n]*/y;

/** What hides up to its own end: a comment, a declaration. */
export const declarations = [
  { begin: /<!--/y, end: "-->", from: 2 },
  { begin: /<!\[CDATA\[/y, end: "]]>", from: 9 },
  { begin: /<\?/y, end: "?>", from: 2 },
  { begin: /<![A-Za-z]/y, end: ">", from: 2 },
];

/** The construct that begins at that place; null when another one does. The pattern must be sticky. */
export function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
