import { endOfPrivateKey, privateKeys, secretPattern, secretStart } from "./secret-patterns.ts";

export type Redactor = {
  /** The text with every secret replaced by `[redacted]`, in time linear in its length. */
  redact(text: string): string;
  /** The same for text that comes in pieces, wherever a secret is cut in two. */
  openStream(): RedactingStream;
};

export type RedactingStream = {
  /** Takes the next piece; gives what is safe to pass on. The last few thousand characters are held back. */
  push(piece: string): string;
  /** Gives what was held back. Nothing may be pushed afterwards. */
  end(): string;
};

/** So many characters of a secret in a row give it away, wherever in it they stand. */
const tellingCharacters = 16;
/** Shorter secrets than this would take ordinary words out. */
const shortestSecret = 6;
const stride = 8;
/** Longer than any vendor's token that has no end mark. */
const heldCharacters = 4_096;

type Span = { start: number; end: number; kind: string };

/**
 * One redactor for all that leaves (S43). It finds the given secrets, also in base64, base64url, hex, URL and JSON
 * notation, backwards, or without their beginning or end; and whatever looks like a known vendor's credential.
 */
export function openRedactor(of: { secrets: readonly string[] }): Redactor {
  const needles = new Needles(of.secrets.flatMap(notationsOf));
  const spansIn = (text: string) => merged([...needles.spansIn(text), ...vendorSpans(text)]);
  const redact = (text: string) => replaced(text, spansIn(text));
  return { redact, openStream: () => openStream(spansIn, Math.max(heldCharacters, needles.longest)) };
}

function openStream(spansIn: (text: string) => Span[], held: number): RedactingStream {
  let buffer = "";
  let inPrivateKey = false;
  const take = (isEnd: boolean): string => {
    if (inPrivateKey) {
      const end = endOfPrivateKey(buffer, 0);
      if (end === null) {
        buffer = isEnd ? "" : buffer.slice(-80);
        return "";
      }
      buffer = buffer.slice(end);
      inPrivateKey = false;
    }
    if (!isEnd && buffer.length < 2 * held) return "";
    const spans = spansIn(buffer);
    let cut = isEnd ? buffer.length : buffer.length - held;
    const across = spans.find((span) => span.start < cut && span.end > cut);
    if (across !== undefined && across.end === buffer.length && across.kind === "private_key" && !isEnd) {
      inPrivateKey = true;
      cut = buffer.length;
    } else if (across !== undefined) cut = across.end === buffer.length ? across.start : across.end;
    if (cut === 0) cut = buffer.length;
    const out = replaced(
      buffer.slice(0, cut),
      spans.filter((span) => span.start < cut),
    );
    buffer = buffer.slice(cut);
    return out;
  };
  return {
    push(piece) {
      buffer += piece;
      return take(false);
    },
    end: () => take(true),
  };
}

function replaced(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let out = "";
  let at = 0;
  for (const span of spans) {
    out += `${text.slice(at, span.start)}[redacted]`;
    at = span.end;
  }
  return out + text.slice(at);
}

function merged(spans: Span[]): Span[] {
  const out: Span[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    const last = out.at(-1);
    if (last !== undefined && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else out.push({ ...span });
  }
  return out;
}

function vendorSpans(text: string): Span[] {
  const spans: Span[] = privateKeys(text).map((span) => ({ ...span, kind: "private_key" }));
  for (const match of text.matchAll(secretPattern())) {
    const kind = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0] ?? "";
    const start = match.index + secretStart(kind, match[0]);
    spans.push({ start, end: match.index + match[0].length, kind });
  }
  return spans;
}

/** A secret in every notation in which it may leave. */
function notationsOf(secret: string): string[] {
  // The first and last line of a key are no secret, and the pattern for keys finds them.
  const bare = secret.replace(/-----(?:BEGIN|END) [A-Z0-9 ]+-----/g, "").trim();
  const lines = bare.split(/\r?\n/).map((line) => line.trim());
  const parts = lines.length > 1 ? lines.filter((line) => line.length >= tellingCharacters) : [];
  return [bare, ...parts].filter((part) => part.length >= shortestSecret).flatMap(oneInNotations);
}

function oneInNotations(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const base64 = [0, 1, 2].flatMap((shift) => base64At(bytes, shift));
  const all = [
    secret,
    Array.from(secret).reverse().join(""),
    hex,
    hex.toUpperCase(),
    encodeURIComponent(secret.toWellFormed()),
    encodeURIComponent(secret.toWellFormed()).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ];
  return Array.from(new Set(all)).filter((text) => text.length >= shortestSecret);
}

/** What base64 makes of the bytes behind `shift` others: the letters that do not depend on the neighbours. */
function base64At(bytes: Uint8Array, shift: number): string[] {
  const padded = new Uint8Array(shift + bytes.length);
  padded.set(bytes, shift);
  const text = btoa(Array.from(padded, (byte) => String.fromCharCode(byte)).join("")).replace(/=+$/, "");
  const kept = text.slice(Math.ceil((shift * 8) / 6), Math.floor((padded.length * 8) / 6));
  return kept.length >= 8 ? [kept] : [];
}

/**
 * Finds pieces of known strings in one pass. Every eighth place of a needle is noted by its next four characters; a
 * place of the text with the same four is compared there, forwards and backwards.
 */
class Needles {
  readonly longest: number;
  readonly #places = new Map<number, { needle: string; offset: number }[]>();
  readonly #isNoted = new Uint8Array(65_536);

  constructor(needles: readonly string[]) {
    this.longest = needles.reduce((most, needle) => Math.max(most, needle.length), 0);
    for (const needle of new Set(needles))
      for (let offset = 0; offset === 0 || offset + 4 <= needle.length; offset += stride) this.#note(needle, offset);
  }

  #note(needle: string, offset: number): void {
    const key = keyAt(needle, offset);
    this.#isNoted[key] = 1;
    const places = this.#places.get(key) ?? [];
    places.push({ needle, offset });
    this.#places.set(key, places);
  }

  spansIn(text: string): Span[] {
    const spans: Span[] = [];
    if (this.longest === 0) return spans;
    let done = 0;
    for (let at = 0; at + 4 <= text.length; at++) {
      const key = keyAt(text, at);
      if (this.#isNoted[key] !== 1) continue;
      for (const { needle, offset } of this.#places.get(key) ?? []) {
        const span = spanAround(text, at, needle, offset, done);
        if (span === null) continue;
        spans.push(span);
        done = span.end;
        at = span.end - 1;
        break;
      }
    }
    return spans;
  }
}

function spanAround(text: string, at: number, needle: string, offset: number, from: number): Span | null {
  let after = 0;
  while (offset + after < needle.length && text[at + after] === needle[offset + after]) after++;
  let before = 0;
  while (offset - before > 0 && at - before > from && text[at - before - 1] === needle[offset - before - 1]) before++;
  if (before + after < Math.min(tellingCharacters, needle.length)) return null;
  return { start: at - before, end: at + after, kind: "known" };
}

function keyAt(text: string, at: number): number {
  const one = text.charCodeAt(at) * 31 + text.charCodeAt(at + 1);
  const two = text.charCodeAt(at + 2) * 31 + text.charCodeAt(at + 3);
  return (one * 961 + two) & 0xffff;
}
