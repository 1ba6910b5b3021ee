import { anyTask } from "#test/model/any-task.ts";
import type { Choose, Script } from "#test/model/script.ts";

/** The repository that the demo works on: a small library with tests. */
export const sampleFiles: Readonly<Record<string, string>> = {
  "README.md": "# slug\n\nTurns a title into the last part of an address: `slug('Hello World')` is `hello-world`.\n",
  "package.json": `${JSON.stringify({ name: "slug", version: "1.0.0", type: "module", scripts: { test: "node --test" } }, null, 2)}\n`,
  "slug.js":
    "/** A title as the last part of an address. */\nexport function slug(title) {\n  return title.toLowerCase().replace(/ /g, '-');\n}\n",
  "slug.test.js":
    "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { slug } from './slug.js';\n\ntest('spaces become dashes', () => {\n  assert.equal(slug('Hello World'), 'hello-world');\n});\n",
  "CLAUDE.md": "Keep functions small. Every behaviour has a test in slug.test.js.\n",
  ".github/cc-orchestrator.yml":
    "# What cc-orchestrator may do in this repository.\nlabel: claude\nverify:\n  - node --test\n",
};

export const sampleIssue = {
  title: "slug leaves punctuation and double spaces in",
  body: "`slug('Hello,  World!')` gives `hello,--world!`.\n\nI would expect `hello-world`: everything that is no letter or digit becomes **one** dash, none at the ends.\n",
};

const mended = `/** A title as the last part of an address: letters, digits and single dashes. */
export function slug(title) {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
`;
const newTest = `
test('punctuation and repeated spaces become one dash, none at the ends', () => {
  assert.equal(slug('Hello,  World!'), 'hello-world');
});
`;

const todo = (subject: string) => ({ name: "TaskCreate", input: { subject, description: subject } });
const update = (taskId: string, status: string) => ({ name: "TaskUpdate", input: { taskId, status } });

/** What the scripted model does with the sample issue: reads, writes a test, mends, runs the tests, tells. */
const mendSlug: Script = [
  {
    text: "I'll look at the function and its tests first.",
    tools: [{ name: "Bash", input: { command: "cat slug.js slug.test.js", description: "Read the code" } }],
  },
  { tools: [todo("Write a failing test"), todo("Mend slug()"), todo("Run the tests")] },
  {
    text: "The report is right: only single spaces are replaced. First a test that shows it.",
    tools: [
      update("1", "in_progress"),
      { name: "Bash", input: { command: `cat >> slug.test.js <<'END'${newTest}END`, description: "Add a test" } },
    ],
  },
  ({ cwd }) => ({
    tools: [
      update("1", "completed"),
      update("2", "in_progress"),
      { name: "Read", input: { file_path: `${cwd}/slug.js` } },
    ],
  }),
  ({ cwd }) => ({ tools: [{ name: "Write", input: { file_path: `${cwd}/slug.js`, content: mended } }] }),
  {
    tools: [
      update("2", "completed"),
      update("3", "in_progress"),
      { name: "Bash", input: { command: "node --test", description: "Run the tests" } },
    ],
  },
  {
    tools: [update("3", "completed")],
  },
  {
    text: "`slug()` now turns every run of characters that are no letters or digits into one dash and leaves none at the ends. A new test in `slug.test.js` holds the example from the issue; all tests pass.",
  },
];

/** Scripts by name, and which one a prompt gets: the sample issue its own, every other issue a page about itself. */
export const scripts: Readonly<Record<string, Script>> = { slug: mendSlug, default: anyTask };
export const choose: Choose = (prompt) => (prompt.includes(sampleIssue.title) ? "slug" : "default");
