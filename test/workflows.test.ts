import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { understoodEvents } from "#github/happenings.ts";
import { readMetadata } from "#test/actions/metadata.ts";
import { problemsOf, readWorkflow } from "#test/actions/workflow.ts";
import { examples, examplesFolder } from "#test/docs/action-blocks.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

const files = readdirSync(join(root, examplesFolder)).map((name) => [
  `${examplesFolder}/${name}`,
  read(`${examplesFolder}/${name}`),
]);
const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const documented = pages.flatMap((page) =>
  [...read(page).matchAll(/^( *)```ya?ml\n([\s\S]*?)^\1```/gm)]
    .map(([, indent = "", code = ""]) => code.replace(new RegExp(`^${indent}`, "gm"), ""))
    .filter((code) => /^jobs:/m.test(code))
    .map((code, index) => [`${page}, workflow ${index + 1}`, code]),
);

test("there are workflows to look at, and a broken one is seen", () => {
  expect([files.length, documented.length]).toEqual([Object.keys(examples).length, Object.keys(examples).length]);
  expect(problemsOf("broken", "on: push\njobs: { one: { runs_on: ubuntu-latest, steps: [] } }\n")).not.toEqual([]);
});

describe.each([...files, ...documented])("%s", (name, content = "") => {
  test("is a workflow by GitHub's own parser", () => {
    expect(problemsOf(name ?? "", content)).toEqual([]);
  });

  test("gives only inputs that the Action has, and starts for events that it understands", () => {
    const workflow = readWorkflow(content);
    const given = Object.keys(workflow.inputs({ inputs: {}, secrets: {}, vars: {}, github: {} }));
    expect(given.filter((input) => !(input in readMetadata().inputs))).toEqual([]);
    const started = new Set([...understoodEvents, "workflow_dispatch", "schedule"]);
    expect(workflow.on.filter((event) => !started.has(event))).toEqual([]);
  });
});

test("what stands in the documents is what lies among the examples", () => {
  expect(documented.map(([, code]) => code?.trim()).sort()).toEqual(files.map(([, code]) => code?.trim()).sort());
});
