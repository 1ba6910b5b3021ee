import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { detectSandbox } from "#runner/sandbox/detect.ts";
import type { Script } from "#test/model/script.ts";
import { worldHere } from "./opened.ts";
import { finished, hasEnded } from "./told.ts";

/** Does what Claude Code itself does for its key, and looks wherever it might be. */
const stealing = `
cd "$HOME/.."
helper=$(grep -h apiKeyHelper settings/settings.json | sed 's/.*"apiKeyHelper": "\\(.*\\)".*/\\1/')
echo "helper: [$(sh -c "$helper" 2>&1)]"
echo "copy: [$(cat login/key 2>&1)]"
echo "environment: [$(env | grep -c sk-)]"
echo "others: [$(cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c sk-)]"
echo "files: [$(grep -rIlsE "sk-ant-stand-in-[0-9a-f]{9}" . 2>/dev/null | head -3)]"
echo LOOKED
`;

test("the agent's shell finds no model key, by the helper or elsewhere, while Claude Code goes on with it (S20, S46)", async () => {
  const seen: string[] = [];
  const script: Script = [
    { text: "I look for the key.", tools: [{ name: "Bash", input: { command: stealing } }] },
    ({ results }) => {
      seen.push(...results);
      return { text: "I work.", tools: [{ name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js" } }] };
    },
    { text: "It is French now." },
  ];
  const opened = await worldHere({ scripts: { default: script } });
  const { github, repo, model, folder } = opened;
  const issue = github.as("ada").openIssue(repo, { title: "Greet in French", body: "Say bonjour." });
  github.as("ada").label(repo, issue, "claude");
  expect(await opened.taskOf(issue, hasEnded, "the end")).toMatchObject({ status: "in_review" });
  await finished(opened, issue);
  const said = seen.join("\n");
  expect(said).toContain("LOOKED");
  expect(said).toContain("helper: []");
  expect(said).toContain("copy: []");
  expect(said).toContain("environment: [0]");
  expect(said).not.toContain(model.key);
  // Every request had it all the same, the last one too: the stand-in refuses others.
  expect(model.requests.length).toBeGreaterThanOrEqual(3);
  // The runner's own file is whole; in the sandbox nobody has seen it.
  expect(readFileSync(join(folder, "model.key"), "utf8")).toBe(model.key);
  if ((await detectSandbox()) !== "none") expect(said).toContain("files: []");
}, 90_000);
