import { join, resolve } from "node:path";
import type { Parsed } from "./setting.ts";

/** What editors are told of a value (JSON Schema), so that they complete it and mark what does not fit. */
export type Fitting = Readonly<Record<string, unknown>>;

type Parser<T> = ((raw: unknown) => Parsed<T>) & { readonly fitting?: Fitting };

function fitting<T>(what: Fitting, parse: (raw: unknown) => Parsed<T>): Parser<T> {
  return Object.assign(parse, { fitting: what });
}

/** Text as given, without the blanks around it. */
export const text: Parser<string> = (raw) => {
  if (typeof raw === "string" && raw.trim() !== "") return { value: raw.trim() };
  return { sentence: `This must be text, not ${shown(raw)}.`, advice: "Write it in quotation marks." };
};

/** A whole number within bounds, written as a number or as digits. */
export function wholeNumber(least: number, most: number, example: number): Parser<number> {
  return fitting({ type: "integer", minimum: least, maximum: most }, (raw) => {
    const value = typeof raw === "string" && /^[0-9]{1,15}$/.test(raw.trim()) ? Number(raw) : raw;
    if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most)
      return { value: value as number };
    return {
      sentence: `This must be a whole number from ${least} to ${most}, not ${shown(raw)}.`,
      advice: `Write for example ${example}.`,
    };
  });
}

export const yesOrNo: Parser<boolean> = fitting({ type: "boolean" }, (raw) => {
  const word = String(raw).trim().toLowerCase();
  if (["1", "true", "yes", "on"].includes(word)) return { value: true };
  if (["0", "false", "no", "off"].includes(word)) return { value: false };
  return { sentence: `This must be 1 or 0, not ${shown(raw)}.`, advice: "Write 1 for yes, 0 for no." };
});

export function oneOf<const W extends string>(words: readonly W[]): Parser<W> {
  return fitting({ enum: words }, (raw) => {
    const word = words.find((candidate) => candidate === String(raw).trim().toLowerCase());
    if (word !== undefined) return { value: word };
    return { sentence: `${shown(raw)} is none of the possible values.`, advice: `Write one of: ${words.join(", ")}.` };
  });
}

/** A list in YAML, or words separated by commas or blanks. */
export function listOf(pattern: RegExp, what: string, example: string): Parser<string[]> {
  const one = { type: "string", pattern: pattern.source };
  return fitting({ type: "array", items: one, examples: [example.split(",")] }, (raw) => {
    const words: unknown[] = Array.isArray(raw) ? raw : String(raw).split(/[\s,]+/);
    const given = words.map((word) => String(word).trim()).filter((word) => word !== "");
    const wrong = given.find((word) => !pattern.test(word));
    if (wrong === undefined) return { value: [...new Set(given)] };
    return { sentence: `${shown(wrong)} is not ${what}.`, advice: `Write for example ${example}.` };
  });
}

export function matching(pattern: RegExp, what: string, example: string): Parser<string> {
  return fitting({ type: "string", pattern: pattern.source, examples: [example] }, (raw) => {
    const given = String(raw).trim();
    if (pattern.test(given)) return { value: given };
    return { sentence: `${shown(raw)} is not ${what}.`, advice: `Write for example ${example}.` };
  });
}

/** A path made absolute; a leading `~/` is the person's home. */
export function path(personHome: string): Parser<string> {
  return (raw) => {
    const given = String(raw).trim();
    if (given.includes("\0")) return { sentence: "This path holds a NUL character.", advice: "Write a plain path." };
    if (given === "~" || given.startsWith("~/")) return { value: join(personHome, given.slice(1)) };
    return { value: resolve(given) };
  };
}

/**
 * A base URL without its closing slash. What we send there carries keys, so it is https
 * except on this machine itself, or where `isAllowedInClear` says that somebody decided otherwise.
 */
export function baseUrl(example: string, isAllowedInClear: boolean): Parser<string> {
  return fitting({ type: "string", format: "uri", examples: [example] }, (raw) => {
    const given = String(raw).trim();
    const url = URL.canParse(given) ? new URL(given) : null;
    if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
      return { sentence: `${shown(raw)} is not the base of a web address.`, advice: `Write for example ${example}.` };
    if (url.username !== "" || url.password !== "")
      return {
        sentence: "This address holds a user name or password, which would show up in logs.",
        advice: `Write the address alone, for example ${example}.`,
      };
    if (url.protocol === "http:" && !isLoopback(url.hostname) && !isAllowedInClear)
      return {
        sentence: `Keys would be sent to ${url.host} in the clear.`,
        advice: `Write https://${url.host}, or set CC_ORCHESTRATOR_ALLOW_REMOTE=1 where the network itself is private.`,
      };
    return { value: url.href.replace(/\/+$/, "") };
  });
}

/** Whether this host name can only be this machine. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.[0-9]{1,3}){3}$/.test(host);
}

/** The given value as it may be shown in a sentence: short, and without control characters. */
function shown(raw: unknown): string {
  const written = typeof raw === "string" ? raw : (JSON.stringify(raw) ?? String(raw));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const plain = written.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "?");
  return `"${plain.length > 60 ? `${plain.slice(0, 60)}…` : plain}"`;
}
