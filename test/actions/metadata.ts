import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** action.yml as GitHub reads it (https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax). */
export const Metadata = z.strictObject({
  name: z.string(),
  description: z.string(),
  author: z.string(),
  branding: z.strictObject({
    icon: z.string(),
    color: z.enum(["white", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark"]),
  }),
  inputs: z.record(
    z.string(),
    z.strictObject({ description: z.string(), required: z.boolean(), default: z.string().optional() }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description: z.string() })),
  runs: z.strictObject({ using: z.literal("node24"), main: z.string() }),
});

export function readMetadata(): z.infer<typeof Metadata> {
  return Metadata.parse(parse(readFileSync(join(root, "action.yml"), "utf8")));
}
