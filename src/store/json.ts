declare const content: unique symbol;

/**
 * A JSON column and what it holds. Free text is kept in such columns as well: JSON escapes lone surrogates,
 * which UTF-8 and so a plain text column would lose.
 */
export type Json<T> = string & { readonly [content]?: T };

/** @throws TypeError for what JSON cannot hold (cycles, bigint) */
export function toJson<T>(value: T): Json<T> {
  return JSON.stringify(value) as Json<T>;
}

/** What `toJson` was given, without members that were undefined. */
export function ofJson<T>(text: Json<T>): T {
  return JSON.parse(text) as T;
}
