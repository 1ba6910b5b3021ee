import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { commands } from "#cli/commands.ts";
import { openContext } from "#cli/context.ts";
import { renderPolicy } from "#cli/init/policy-text.ts";
import { renderCliPage } from "./docs/cli-page.ts";
import { renderConfigSchema, renderPolicySchema } from "./docs/config-schemas.ts";
import { jsonShapes, renderCliSchema } from "./docs/json-shapes.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const openAjv = () => new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
const fits = (path: string, value: unknown) => {
  const ajv = openAjv();
  const isFit = ajv.validate(JSON.parse(read(path)), value);
  return isFit ? true : ajv.errorsText();
};

it("the published pages and schemas say what the code says; else run: node test/docs/write.ts", async () => {
  expect(read("docs/cli.md")).toBe(await renderCliPage());
  expect(read("docs/cli.schema.json")).toBe(renderCliSchema());
  expect(read("docs/config.schema.json")).toBe(await renderConfigSchema());
  expect(read("docs/policy.schema.json")).toBe(renderPolicySchema(root));
});

describe("docs/cli.schema.json", () => {
  it("has a shape for every command with --json, and for no other", async () => {
    const quiet = { write: () => undefined };
    const around = { env: {}, folder: "/", stdout: quiet, stderr: quiet, signals: process, exit: () => undefined };
    const wanted: string[] = [];
    for (const row of commands) {
      const command = new Command(row.words.at(-1));
      (await row.load()).register(command, openContext(around));
      if (command.options.some(({ long }) => long === "--json")) wanted.push(row.words.join(" "));
    }
    const shapes = Object.keys(jsonShapes).filter((name) => !name.endsWith("--follow"));
    expect(shapes.toSorted()).toEqual(wanted.toSorted());
  });

  it("fits what the transcripts of all commands print", () => {
    const schema = JSON.parse(read("docs/cli.schema.json"));
    const ajv = openAjv().addSchema(schema, "cli");
    const wrong: unknown[] = [];
    let tried = 0;
    for (const { name, value } of printed()) {
      tried += 1;
      const isFit = ajv.validate({ $ref: `cli#/$defs/${encodeURIComponent(name)}` }, value);
      if (!isFit) wrong.push({ name, why: ajv.errorsText(), value });
    }
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(35);
    // A shape that fits everything would prove nothing.
    expect(ajv.validate({ $ref: "cli#/$defs/task%20list" }, { tasks: [{ name: "TASK-12" }] })).toBe(false);
    expect(ajv.validate({ $ref: "cli#/$defs/version" }, { version: "1", node: "1", platform: "x", more: 1 })).toBe(
      false,
    );
  });
});

/** Everything that the transcripts show of `--json` without chosen fields. */
function printed(): { name: string; value: unknown }[] {
  const folder = join(root, "test/src/cli/scripts");
  return readdirSync(folder).flatMap((file) => {
    const steps = readFileSync(join(folder, file), "utf8").split(/^(?=\$ cco )/m);
    return steps.flatMap((step) => {
      const [line = "", ...rest] = step.split("\n");
      const row = commands.find(({ words, alias }) => {
        const [, one, two] = line.split(" ").slice(1);
        return words[0] === one && (words.length === 1 || words[1] === two || alias === two);
      });
      const out = rest.filter((one) => !one.startsWith("! ")).join("\n");
      const json = /^\{[\s\S]*\}$/m.exec(out.slice(0, out.lastIndexOf("\n[")))?.[0];
      if (row === undefined || !/--json(?!=)/.test(line) || json === undefined) return [];
      return [{ name: row.words.join(" "), value: JSON.parse(json) }];
    });
  });
}

describe("docs/policy.schema.json", () => {
  const schema = "docs/policy.schema.json";
  it("fits the example of the page, and what init writes; its first line leads editors here", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(read("docs/policy.md"))?.[1] ?? "";
    expect(fits(schema, parse(example))).toBe(true);
    for (const detected of [null, { from: "package.json", setup: ["npm ci"], verify: ["npm test"] }]) {
      const text = renderPolicy(detected);
      expect(text.split("\n")[0]).toMatch(/^# yaml-language-server: \$schema=https:\S+\/docs\/policy\.schema\.json$/);
      expect(fits(schema, parse(text))).toBe(true);
    }
  });

  it("refuses what the program refuses, and tells of each key what it is", () => {
    for (const wrong of [{ lable: "claude" }, { limits: { minutes: "long" } }, { role: "boss" }])
      expect(fits(schema, wrong)).not.toBe(true);
    const { properties } = JSON.parse(read(schema)) as { properties: Record<string, { description?: string }> };
    const silent = Object.entries(properties).filter(([, one]) => one.description === undefined);
    expect(silent.map(([key]) => key)).toEqual(["limits", "follow_up"].filter((key) => key in properties));
  });
});

describe("docs/config.schema.json", () => {
  const schema = "docs/config.schema.json";
  it("fits a file with something of every part, and refuses what the program refuses", () => {
    const good = `
log_level: debug
server: { port: 8080, public_url: https://orchestrator.example.com, public_repositories: [octocat/hello-world] }
runner: { slots: 2, labels: [linux, gpu], limits: { minutes: 30 } }

client: { server: https://orchestrator.example.com }
`;
    expect(fits(schema, parse(good))).toBe(true);
    for (const wrong of [
      "server: { prot: 1 }",
      "server: { port: many }",
      "log_level: loud",
      "runner: { labels: linux! }",
    ])
      expect([wrong, fits(schema, parse(wrong))]).not.toEqual([wrong, true]);
  });
});
