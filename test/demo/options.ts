import { parseArgs } from "node:util";

export type DemoOptions = {
  /** End after the first pull request. */
  once: boolean;
  /** The last line on stdout is one JSON object. */
  json: boolean;
  model: "scripted" | "real";
};

/** @throws Error that says what may be written */
export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      model: { type: "string", default: "scripted" },
    },
  });
  if (values.model !== "scripted" && values.model !== "real") {
    throw new Error(
      `--model ${values.model}: write --model scripted (no key, no cost) or --model real (your own login)`,
    );
  }
  return { once: values.once, json: values.json, model: values.model };
}
