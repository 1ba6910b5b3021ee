import { BacktickRuns } from "./backticks.ts";
import type { RemovedKind } from "./hidden.ts";
import { endOfElement, fateOf, hrefOf, isBlock, isEmptyElement } from "./hidden-html.ts";
import {
  autolink,
  blankLine,
  containerOrBracket,
  declarations,
  definition,
  fenceStart,
  footnote,
  inline,
  match,
  openTag,
  special,
  tag,
} from "./markdown-patterns.ts";
import { matchBrackets } from "./match-brackets.ts";

type LineRuns = { start: number; end: number; runs: BacktickRuns };

/**
 * One walk over Markdown that leaves out what is not seen. What is code on GitHub is kept as it is, but only where no
 * construct before it in the paragraph could make GitHub see it differently: when in doubt, it is read as prose.
 */
export class HiddenScan {
  readonly #text: string;
  readonly #remove: (kind: RemovedKind, part: string) => void;
  readonly #brackets: Int32Array;
  #labels: Set<string> | null = null;
  readonly #out: string[] = [];
  readonly #hrefs: (string | null)[] = [];
  #at = 0;
  /** Up to here the text is settled in #out. */
  #kept = 0;
  /** Since the last blank line something stood that may change what counts as code. */
  #isDoubtful = false;
  /** The same for good: HTML that a blank line does not end. */
  #isRaw = false;
  #line: LineRuns | null = null;
  /** The start of a line that looks like a definition but goes on with a paragraph. */
  #proseAt = -1;

  constructor(text: string, remove: (kind: RemovedKind, part: string) => void) {
    this.#text = text;
    this.#remove = remove;
    this.#brackets = matchBrackets(text);
  }

  run(): string {
    this.#at = this.#lineStart();
    while (this.#at < this.#text.length) {
      special.lastIndex = this.#at;
      if (!special.test(this.#text)) break;
      this.#at = special.lastIndex - 1;
      this.#at = this.#next();
    }
    this.#out.push(this.#text.slice(this.#kept));
    return this.#out.join("");
  }

  /** Settles the construct that begins here; says where to go on. */
  #next(): number {
    const after = this.#text[this.#at + 1];
    switch (this.#text[this.#at]) {
      case "\n":
        this.#at++;
        return this.#lineStart();
      case "`":
        return this.#backticks();
      case "\\":
        return this.#backslash(after);
      case "<":
        return this.#angle();
      case "!":
        return after === "[" && (this.#brackets[this.#at + 1] ?? -1) > 0 ? this.#image() : this.#at + 1;
      case "[":
        return after === "]" && this.#text[this.#at + 2] === "(" ? this.#emptyLink() : this.#at + 1;
      default:
        return after === "(" && (this.#brackets[this.#at] ?? -1) >= 0 ? this.#linkEnd() : this.#at + 1;
    }
  }

  #lineStart(): number {
    const first = this.#text[this.#at];
    if (first === undefined || first === "\n" || match(blankLine, this.#text, this.#at) !== null) {
      this.#isDoubtful = this.#isRaw;
      return this.#at;
    }
    const isFence = (first === "`" || first === "~") && !this.#isDoubtful;
    return (isFence ? this.#fence() : null) ?? (containerOrBracket.test(first) ? this.#definition() : this.#at);
  }

  #fence(): number | null {
    const mark = match(fenceStart, this.#text, this.#at)?.[1];
    if (mark === undefined) return null;
    let end = this.#text.indexOf("\n", this.#at);
    while (end !== -1) {
      const start = end + 1;
      end = this.#text.indexOf("\n", start);
      const line = this.#text.slice(start, end === -1 ? this.#text.length : end);
      const close = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1] ?? "";
      if (close[0] === mark[0] && close.length >= mark.length) return start + line.length;
    }
    return this.#text.length;
  }

  #definition(): number {
    const note = match(footnote, this.#text, this.#at);
    if (note !== null) return this.#isUsed(`^${note[1]}`) ? this.#at : this.#drop("definition", note[0].length);
    const found = match(definition, this.#text, this.#at);
    if (found === null || this.#isParagraph()) return this.#at;
    const [whole, label = "", address = "", title] = found;
    const isFollowed = /^<?(?:https?:\/\/|\.{0,2}\/|#)[^\s<>]{0,500}>?$/i.test(address) && this.#isUsed(label);
    if (!isFollowed) return this.#drop("definition", whole.length);
    if (title !== undefined) this.#remove("link_title", title.trim());
    return this.#replace(whole.length, `[${label}]: ${address}`);
  }

  /** Whether the line before is one of prose, so that no definition can begin here. */
  #isParagraph(): boolean {
    const end = this.#at - 1;
    if (end <= 0 || this.#isRaw || this.#isDoubtful) return false;
    const start = this.#text.lastIndexOf("\n", end - 1) + 1;
    const isProse = start === this.#proseAt || /[A-Za-z]/.test(this.#text[start] ?? "");
    if (isProse) this.#proseAt = this.#at;
    return isProse;
  }

  #isUsed(label: string): boolean {
    if (this.#labels === null) {
      this.#labels = new Set();
      for (const [, used = ""] of this.#text.matchAll(/\[([^[\]\n]{1,200})\](?!:)/g))
        this.#labels.add(used.toLowerCase());
    }
    return this.#labels.has(label.toLowerCase());
  }

  #backticks(): number {
    const { start, runs } = this.#lineRuns();
    const length = runs.lengthAt(this.#at - start);
    const close = runs.closeOf(this.#at - start);
    if (close !== null && !this.#isDoubtful) return start + close + length;
    this.#isDoubtful = true;
    return this.#at + length;
  }

  /** The runs of backticks of the line we are in. */
  #lineRuns(): LineRuns {
    if (this.#line === null || this.#at < this.#line.start || this.#at > this.#line.end) {
      const start = this.#text.lastIndexOf("\n", this.#at) + 1;
      const newline = this.#text.indexOf("\n", start);
      const end = newline === -1 ? this.#text.length : newline;
      this.#line = { start, end, runs: new BacktickRuns(this.#text.slice(start, end)) };
    }
    return this.#line;
  }

  /** In HTML a backslash escapes nothing. */
  #backslash(next: string | undefined): number {
    const isEscape = next !== undefined && !this.#isDoubtful && /[!-/:-@[-`{-~]/.test(next);
    this.#isDoubtful ||= next === "`" || next === "<";
    return this.#at + (isEscape ? 2 : 1);
  }

  #angle(): number {
    const text = this.#text;
    const next = text[this.#at + 1] ?? "";
    if (!/[!?/A-Za-z]/.test(next)) return this.#at + 1;
    if (next === "!" || next === "?") {
      const declaration = declarations.find((one) => match(one.begin, text, this.#at) !== null);
      if (declaration === undefined) return this.#at + 1;
      this.#isDoubtful = true;
      const end = text.indexOf(declaration.end, this.#at + declaration.from);
      return this.#drop("comment", (end === -1 ? text.length : end + declaration.end.length) - this.#at);
    }
    const link = /[hm]/i.test(next) ? match(autolink, text, this.#at) : null;
    if (link !== null) return this.#at + link[0].length;
    const found = match(tag, text, this.#at);
    if (found !== null) return this.#tag(found);
    const open = match(openTag, text, this.#at)?.[1]?.toLowerCase() ?? "";
    if (!isBlock(open)) return this.#at + 1;
    const end = text.indexOf("\n\n", this.#at);
    return this.#drop("element", (end === -1 ? text.length : end) - this.#at);
  }

  #tag([whole, slash, tagName = "", attributes = ""]: RegExpExecArray): number {
    this.#isDoubtful = true;
    const name = tagName.toLowerCase();
    const isEnd = slash === "/";
    const fate = fateOf(name, attributes);
    if (fate === "hidden") {
      const isAlone = isEnd || isEmptyElement(name);
      const end = isAlone ? whole.length : endOfElement(this.#text, name, this.#at + whole.length) - this.#at;
      return this.#drop("element", end);
    }
    if (fate === "link") return this.#replace(whole.length, isEnd ? this.#anchorEnd() : this.#anchor(attributes));
    if (fate === "image") {
      this.#remove("image_text", attributes);
      return this.#replace(whole.length, "[image]");
    }
    this.#isRaw ||= fate === "raw";
    const hidden = attributes.replace(/(?:^|\s)open(?=$|[\s=])/, "").replaceAll("/", "");
    this.#remove(fate === "unknown" ? "element" : "attribute", fate === "unknown" ? whole : hidden.trim());
    if (fate === "structure" || fate === "raw")
      return this.#replace(whole.length, hidden === "" ? whole : `<${slash}${name}>`);
    const isGlued = fate === "unknown" && /[A-Za-z0-9_]/.test(this.#text[this.#at - 1] ?? "");
    return this.#replace(whole.length, isGlued ? "<…>" : "");
  }

  #anchor(attributes: string): string {
    const href = hrefOf(attributes);
    this.#hrefs.push(href);
    if (href === null || /\s(?!href\s*=)[a-z-]+\s*=/i.test(attributes)) this.#remove("attribute", attributes.trim());
    return "";
  }

  #anchorEnd(): string {
    const href = this.#hrefs.pop() ?? null;
    return href === null ? "" : ` (${href})`;
  }

  #image(): number {
    const close = this.#brackets[this.#at + 1] ?? -1;
    const alt = this.#text.slice(this.#at + 2, close);
    let end = close + 1;
    const found = this.#text[end] === "(" ? match(inline, this.#text, end) : null;
    if (found !== null) end += found[0].length;
    else if (this.#text[end] === "[") end = Math.max(end, (this.#brackets[end] ?? -1) + 1);
    this.#remove("image_text", `${alt}${found?.[2] ?? ""}`);
    this.#isDoubtful ||= this.#text.slice(this.#at, end).includes("`");
    return this.#replace(end - this.#at, "[image]");
  }

  #emptyLink(): number {
    const found = match(inline, this.#text, this.#at + 2);
    return found === null ? this.#at + 2 : this.#drop("link", found[0].length + 2);
  }

  #linkEnd(): number {
    const found = match(inline, this.#text, this.#at + 1);
    if (found === null) return this.#at + 1;
    const [whole, address = "", title] = found;
    this.#isDoubtful ||= whole.includes("`");
    if (title !== undefined) this.#remove("link_title", title.trim());
    const isFollowed = address.length <= 500 && !/^<?\s*(?:javascript|data|vbscript|file):/i.test(address);
    if (!isFollowed) this.#remove("link", address);
    if (isFollowed && title === undefined) return this.#at + whole.length + 1;
    return this.#replace(whole.length + 1, `](${isFollowed ? address : "…"})`);
  }

  #drop(kind: RemovedKind, length: number): number {
    this.#remove(kind, this.#text.slice(this.#at, this.#at + Math.min(length, 200)));
    return this.#replace(length, "");
  }

  #replace(length: number, by: string): number {
    this.#out.push(this.#text.slice(this.#kept, this.#at), by);
    this.#kept = this.#at + length;
    return this.#kept;
  }
}
