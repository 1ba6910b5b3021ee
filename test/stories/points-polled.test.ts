import { afterEach, beforeEach, expect, test } from "vitest";
import { playedByTitle } from "./points/parts.ts";
import { type Act, opened, placeOf, type Stage, shownOf, taskOf } from "./points/stage.ts";
import { pollSteps } from "./points/steps.ts";
import { killAtEach, openVictim, type Victim } from "./points/victim.ts";
import { openScriptedRunner, registered, type ScriptedRunner } from "./scripted-runner.ts";
import { repo } from "./website.ts";

let victim: Victim;
let runner: ScriptedRunner | null = null;
beforeEach(async () => {
  victim = await openVictim({ policy: "", collaborators: { ada: "admin", bob: "write" }, token: "ada" });
});
afterEach(async () => {
  await runner?.close();
  runner = null;
  await victim.close();
});

const titles = { plain: "Greet in French", held: "One to hold until it is not wanted any more" };
type Part = keyof typeof titles;
const ends: Readonly<Record<Part, string>> = { plain: "claude:in-review", held: "" };
const isAtWork = (stage: Stage) => shownOf(stage, "held") === "claude:in-progress";

const acts: readonly Act[] = [
  ...(Object.keys(titles) as Part[]).map(
    (part): Act => ({
      name: `${part} is labelled`,
      act: (stage) => {
        const { number } = opened(stage, part, { title: titles[part] });
        stage.github.as("bob").label(repo, number, "claude");
      },
    }),
  ),
  {
    name: "the words are changed, and a label for another priority is put on",
    can: isAtWork,
    act: (stage) => {
      const { number } = placeOf(stage, "held");
      stage.github.as("bob").editIssue(repo, number, { body: "Say salut." });
      stage.github.as("bob").label(repo, number, "claude:high");
    },
  },
  {
    name: "somebody stops it by a comment",
    can: async (stage) => isAtWork(stage) && (await taskOf(stage, "held"))?.priority === "high",
    act: (stage) => stage.github.as("bob").comment(repo, placeOf(stage, "held").number, "/claude stop"),
  },
];

const shown = (stage: Stage) =>
  Object.fromEntries((Object.keys(ends) as Part[]).map((part) => [part, shownOf(stage, part)]));

test("with a person's token, killed right before and right after it notes what it has read of issues and comments, the control plane ends up as if nothing had happened (F01, F22)", async () => {
  const { github } = victim;
  const life = await victim.lives.start([]);
  const credential = await registered(victim);
  life?.kill("SIGKILL");
  await life?.ended;
  runner = openScriptedRunner({ url: victim.url, credential, play: playedByTitle(github) });
  const isShown = (stage: Stage) => JSON.stringify(shown(stage)) === JSON.stringify(ends);
  const { stage, unmet, ages, left, begun } = await killAtEach(victim, { steps: pollSteps, acts, isShown });
  expect(unmet, `after ${begun} lives, ${left.join("; ")}, ${JSON.stringify(shown(stage))}`).toEqual([]);
  expect(shown(stage)).toEqual(ends);
  expect(Math.max(...ages), "convergence after a restart, in ms").toBeLessThan(10_000);
  const told: Partial<Record<Part, string[]>> = {};
  for (const part of Object.keys(titles) as Part[]) {
    const { number } = placeOf(stage, part);
    told[part] = github.comments(repo, number).flatMap(({ author, body }) => (author === "ada" ? [body] : []));
  }
  expect(told.plain, "one comment of ours").toHaveLength(1);
  expect(told.held, "one of ours").toHaveLength(1);
  const { tasks } = await victim.operator("listTasks", {});
  expect(tasks.map(({ title, runs, priority }) => [title, runs.length, priority]).toSorted()).toEqual([
    [titles.plain, 1, "normal"],
    [titles.held, 1, "high"],
  ]);
  expect(github.pulls(repo)).toHaveLength(1);
  expect(github.violations).toEqual([]);
}, 300_000);
