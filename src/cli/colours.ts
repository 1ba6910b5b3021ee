import { isTerminal } from "./output.ts";

/**
 * Colours for people: on a terminal, or where FORCE_COLOR asks for them; never with NO_COLOR or on a dumb terminal.
 * Node alone would colour by its output stream, which takes a short command a tenth of its time to make.
 */
const { env } = process;
const isAsked = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "" && env.FORCE_COLOR !== "0";
const isFit = isTerminal(1) && env.TERM !== "dumb";
const isColoured = !env.NO_COLOR && (isAsked || isFit);

const { styleText } = process.getBuiltinModule("node:util");

function style(name: Parameters<typeof styleText>[0]): (text: string) => string {
  return isColoured ? (text) => styleText(name, text, { validateStream: false }) : (text) => text;
}

export const colours = {
  bold: style("bold"),
  dim: style("dim"),
  red: style("red"),
  green: style("green"),
  yellow: style("yellow"),
  cyan: style("cyan"),
  magenta: style("magenta"),
};
