import pc from "picocolors";

/**
 * Colours for people: on a terminal, or where FORCE_COLOR asks for them; never with NO_COLOR or on a dumb terminal.
 * picocolors alone would also colour whatever runs with `CI` set, which is read by programs as often as by people.
 */
const { env, stdout } = process;
const isAsked = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "" && env.FORCE_COLOR !== "0";
const isFit = stdout.isTTY === true && env.TERM !== "dumb";

export const colours = pc.createColors(!env.NO_COLOR && (isAsked || isFit));
