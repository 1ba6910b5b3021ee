/*
 * One line of Markdown outside fenced code, made harmless.
 *
 * The rule that keeps this sound: every backtick that we write opens or closes a code span of ours, every other one is
 * escaped, and so is every backslash that escapes nothing. Then GitHub and we agree on what is code, and what we put
 * into code stays there.
 */
import { BacktickRuns } from "./backticks.ts";

const listMarkers = /^(?:[ \t]|[*+>-]|\d{1,9}[.)](?=[ \t/[]))*/;
const reference = /(?:[A-Za-z0-9_.-]{1,100}(?:\/[A-Za-z0-9_.-]{1,100})?)?#[0-9]+|GH-[0-9]+/iy;
const mention = /@[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?:\/[A-Za-z0-9_.-]*[A-Za-z0-9_-])?/y;
const url =
  /https?:\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})(?::\d{1,5})?(?:[/?#](?:[A-Za-z0-9/?#@!$&'*+,;=:._~%-]|\((?=[^\s()]{0,200}\)))*)?/iy;
const thing = /\/(?:issues|pull|pulls|discussions|commit|commits)\/[0-9A-Fa-f]/i;
const link = /\]\(([^\s()`<>\\]*(?:\([^\s()`<>\\]*\)[^\s()`<>\\]*)?)(?:[ \t]+"[^"`<\\]*")?\)/y;
const word = /[A-Za-z0-9]+/y;
const entity = /&(?:#[xX]?[0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]{1,40});/y;
const plainEntities = new Set(["&lt;", "&gt;", "&amp;", "&quot;", "&nbsp;"]);
const isWord = /[A-Za-z0-9_.-]/;
const punctuation = /[!-/:-@[-`{-~]/;

/** The line with mentions, references, closing words, commands, HTML, images and definitions made plain text. */
export function neutralLine(line: string): string {
  return new LineScan(line).run();
}

/** What to write, and how many characters of the line it stands for. */
type Piece = readonly [text: string, consumed: number];

class LineScan {
  readonly #line: string;
  readonly #runs: BacktickRuns;
  readonly #isFormula: boolean;
  #out = "";
  /** The last character of #out: looking there would join its parts anew each time. */
  #last = "";
  #at = 0;

  constructor(line: string) {
    this.#line = line;
    this.#runs = new BacktickRuns(line);
    this.#isFormula = line.indexOf("$") !== line.lastIndexOf("$");
  }

  run(): string {
    const markers = listMarkers.exec(this.#line)?.[0] ?? "";
    this.#put([markers, markers.length]);
    this.#put(this.#first());
    while (this.#at < this.#line.length) this.#put(this.#next());
    return this.#out;
  }

  #put([text, consumed]: Piece): void {
    this.#out += text;
    this.#last = text.at(-1) ?? this.#last;
    this.#at += consumed;
  }

  /** What only means something at the start of a line: a command, a definition. */
  #first(): Piece {
    const character = this.#line[this.#at];
    if (character === "/") return ["\\/", 1];
    if (character === "[" && this.#isDefinition()) return ["\\[", 1];
    return ["", 0];
  }

  #next(): Piece {
    const character = this.#line[this.#at] ?? "";
    const after = this.#line[this.#at + 1];
    if (character === "`") return this.#backticks();
    if (character === "\\") return this.#backslash();
    if (character === "<") return this.#angle();
    if (character === "&") return this.#ampersand();
    if (character === "!" && after === "[") return ["\\!", 1];
    if (character === "]" && after === "(") return this.#link();
    if (character === "$" && this.#isFormula) return ["\\$", 1];
    if (character === "@") return this.#mention();
    if (character === "#" || isWord.test(character)) return this.#word();
    return [character, 1];
  }

  #backticks(): Piece {
    const length = this.#runs.lengthAt(this.#at);
    const close = this.#runs.closeOf(this.#at);
    const content = close === null ? null : this.#line.slice(this.#at + length, close);
    // A bar ends a table cell even in code.
    if (close === null || content === null || content.includes("|")) return ["\\`".repeat(length), length];
    const span = this.#line.slice(this.#at, close + length);
    return [this.#gap() + span, span.length];
  }

  #backslash(): Piece {
    const next = this.#line[this.#at + 1];
    if (next === undefined || !punctuation.test(next)) return ["\\\\", 1];
    // GitHub looks for mentions and references in what is shown, where the backslash is gone.
    if (next === "<" || next === "@" || (next === "#" && /[0-9]/.test(this.#line[this.#at + 2] ?? ""))) return ["", 1];
    return [`\\${next}`, 2];
  }

  #angle(): Piece {
    const address = match(url, this.#line, this.#at + 1);
    if (address === null || this.#line[this.#at + 1 + address.length] !== ">") return ["&lt;", 1];
    return [this.#url(address)[0], address.length + 2];
  }

  #ampersand(): Piece {
    const found = match(entity, this.#line, this.#at);
    if (found === null) return ["&", 1];
    return plainEntities.has(found) ? [found, found.length] : this.#code(found);
  }

  #mention(): Piece {
    const found = match(mention, this.#line, this.#at);
    const isAddress = /[A-Za-z0-9]/.test(this.#last);
    return found === null || isAddress ? ["@", 1] : this.#code(found);
  }

  #word(): Piece {
    const address = match(url, this.#line, this.#at);
    if (address !== null) return this.#url(address);
    const found = match(reference, this.#line, this.#at);
    if (found !== null) return this.#code(found);
    const whole = match(word, this.#line, this.#at) ?? this.#line.slice(this.#at, this.#at + 1);
    return [whole, whole.length];
  }

  #url(address: string): Piece {
    return thing.test(address) ? this.#code(address) : [plainAddress(address), address.length];
  }

  /** A link whose end we are not sure about becomes text: it could hide a backtick from us. */
  #link(): Piece {
    link.lastIndex = this.#at;
    const found = link.exec(this.#line);
    const target = found?.[1] ?? "";
    if (found === null || thing.test(target)) return ["] (", 2];
    return [`](${plainAddress(target)})`, found[0].length];
  }

  #code(text: string): Piece {
    return [`${this.#gap()}\`${text}\`${this.#line[this.#at + text.length] === "`" ? " " : ""}`, text.length];
  }

  /** Two code spans side by side would be read as one. */
  #gap(): string {
    return this.#last === "`" ? " " : "";
  }

  #isDefinition(): boolean {
    for (let at = this.#at + 1; at < this.#line.length; at++) {
      if (this.#line[at] === "\\") at++;
      else if (this.#line[at] === "]") return this.#line[at + 1] === ":";
    }
    return true;
  }
}

/** The same address, without what GitHub would take for a mention or a reference if it were not a link. */
function plainAddress(address: string): string {
  return address
    .replaceAll("@", "%40")
    .replace(/#([0-9])/g, "#%3$1")
    .replace(/&(?=#|[A-Za-z][A-Za-z0-9]{1,40};)/g, "&amp;");
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
