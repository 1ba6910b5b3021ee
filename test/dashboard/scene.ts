import type { Conversation } from "#test/model/conversation.ts";
import { type Message, messageAt, type Script } from "#test/model/script.ts";
import type { World, WorldOptions } from "#test/world/world.ts";

const todo = (subject: string) => ({ name: "TaskCreate", input: { subject, description: subject } });
const update = (taskId: string, status: string) => ({ name: "TaskUpdate", input: { taskId, status } });
const bash = (command: string) => ({ name: "Bash", input: { command } });

/** Works for as long as somebody looks. */
const long: Script = [
  {
    thinking: "The form sends before its fields are checked. I should look at how greet.js is used first.",
    text: "I'll look at the code and its history first.",
    tools: [bash("git log --oneline -5 && cat greet.js")],
  },
  {
    tools: [
      todo("Reproduce it with a test"),
      todo("Greet by name"),
      todo("Say it in the README"),
      todo("Run all tests"),
    ],
  },
  {
    text: "The report is right: `greet()` takes **no name** at all.\n\nWhat I will do:\n\n1. a test that shows it\n2. `greet(name)`, with a default for strangers\n3. a line in `README.md`",
    tools: [
      update("1", "in_progress"),
      bash(
        "printf \"import { greet } from './greet.js';\\nconsole.assert(greet('Ada') === 'hello Ada');\\n\" > greet.test.mjs",
      ),
    ],
  },
  { tools: [bash("node greet.test.mjs")] },
  {
    text: "It fails as it should. Now the change itself.",
    tools: [
      update("1", "completed"),
      update("2", "in_progress"),
      bash("sed -i \"s/() => 'hello'/(name) => 'hello ' + name/\" greet.js && cat greet.js"),
    ],
  },
  {
    text: "The test passes. The README is next.",
    tools: [update("2", "completed"), update("3", "in_progress"), bash("sleep 240")],
  },
];

const quick: Script = [
  {
    thinking: "A one-line change.",
    text: "I will change the greeting.",
    tools: [bash('echo "// Greets people $RANDOM" >> greet.js && git diff --stat')],
  },
  {
    text: "The greeting is French now.\n\n| before | after |\n| --- | --- |\n| `hello` | `bonjour` |\n\nNothing else uses it, see [the README](https://example.com/readme).",
  },
];

const failing: Script = [
  { text: "I start with the payment call.", tools: [bash("echo 'export const pay = (' >> greet.js")] },
  { text: "I am not sure how the service is called; this is as far as I get." },
];

const byTitle: readonly [RegExp, Script][] = [
  [/take a name|Translate/, long],
  [/Pay for/, failing],
];

/** Which script a task gets is told by its title: an issue's text reaches the model as text, without marks of ours. */
const chosen = Array.from({ length: 12 }, () => (conversation: Conversation): Message => {
  const script = byTitle.find(([title]) => title.test(conversation.prompt))?.[1] ?? quick;
  return messageAt(script, conversation);
});

export const sceneOptions: WorldOptions = {
  slots: 2,
  policy: "label: claude\nverify:\n  - node --check greet.js\n",
  scripts: { default: chosen },
};

/** A board with something in each column. @returns the tasks to look at */
export async function fillWorld(world: World): Promise<{ worked: string; reviewed: string }> {
  const { github, repo } = world;
  const ada = github.as("ada");
  const open = (title: string) => {
    const issue = ada.openIssue(repo, { title, body: "As the title says, please." });
    ada.label(repo, issue, "claude");
    return issue;
  };
  const merged = open("Say bonjour to visitors from France");
  const done = await world.taskOf(
    merged,
    ({ status, runs }) => status === "in_review" && runs.at(-1)?.status === "completed",
    "the first pull request",
  );
  await github.as("ada").mergePullRequest(repo, done.pullRequest?.number ?? 0);
  await world.taskOf(merged, ({ status }) => status === "completed", "the merge");
  const failed = open("Pay for the greeting service");
  await world.taskOf(
    failed,
    ({ reason, runs }) => reason !== null && runs.some((run) => run.startedAt !== null),
    "the failure",
  );
  const review = open("Greet night owls with good evening");
  const reviewed = await world.taskOf(
    review,
    ({ status, runs }) => status === "in_review" && runs.at(-1)?.status === "completed",
    "the pull request",
  );
  const head = reviewed.pullRequest?.headSha ?? "";
  await github.reportCheck(repo, head, { name: "test (node 24)", conclusion: "success" });
  await github.reportCheck(repo, head, { name: "lint", conclusion: "success" });
  await github.reportCheck(repo, head, { name: "deploy preview", status: "in_progress" });
  await github.as("eve").review(repo, reviewed.pullRequest?.number ?? 0, { event: "APPROVE", body: "Good evening!" });
  const work = open("greet() should take a name");
  const isFar = (done: number) => (task: { runs: { progress: { todos: { state: string }[] } | null }[] }) =>
    (task.runs.at(-1)?.progress?.todos.filter(({ state }) => state === "done").length ?? 0) >= done;
  open("Translate the imprint to Dutch, French and Italian");
  const worked = await world.taskOf(work, isFar(2), "some progress");
  const queued = open("Make the header sticky on phones");
  await world.taskOf(queued, ({ status }) => status === "queued", "the queue");
  open("Bump the copyright year");
  return { worked: worked.name, reviewed: reviewed.name };
}
