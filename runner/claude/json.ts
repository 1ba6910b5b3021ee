/** Reading JSON whose shape nobody promised: whatever stands there, these give something of the wanted kind. */
import { oneLine, printable, shorten } from "./text.ts";

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const objectAt = (value: unknown): Json => (isObject(value) ? value : {});
export const listAt = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textAt = (value: unknown): string => (typeof value === "string" ? value : "");
export const textOrNull = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
export const numberOrNull = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;
export const numberAt = (value: unknown): number => numberOrNull(value) ?? 0;

/** The text that stands there, printable and at most `length` characters long. */
export const boundedText = (value: unknown, length: number): string =>
  shorten(printable(textAt(value).slice(0, length * 4)), length);

/** The same on one line: names, ids, versions. */
export const boundedLine = (value: unknown, length: number): string => oneLine(textAt(value), length);
