import pc from "picocolors";
import { isTerminal } from "./output.ts";

/**
 * Colours for people: on a terminal, or where FORCE_COLOR asks for them; never with NO_COLOR or on a dumb terminal.
 * picocolors alone would also colour whatever runs with `CI` set, which is read by programs as often as by people.
 */
const { env } = process;
const isAsked = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "" && env.FORCE_COLOR !== "0";
const isFit = isTerminal(1) && env.TERM !== "dumb";

export const colours = pc.createColors(!env.NO_COLOR && (isAsked || isFit));
