import { repo } from "../website.ts";
import { type LaterPart, newName, others, type Told, titles } from "./later-cast.ts";
import { clash } from "./later-parts.ts";
import { type Act, opened, placeOf, pullOf, type Stage, shownOf, taskOf } from "./stage.ts";

function open(stage: Stage, part: LaterPart) {
  const { title, repo: place }: Told = titles[part];
  return opened(stage, part, { title, ...(place === undefined ? {} : { repo: place }) });
}

function labelled(part: LaterPart): Act {
  const { label = "claude" }: Told = titles[part];
  return {
    name: `${part} is labelled`,
    act: (stage) => {
      const place = open(stage, part);
      stage.github.as("ada").label(place.repo, place.number, label);
    },
  };
}

const is = (part: LaterPart, label: string) => (stage: Stage) => shownOf(stage, part) === label;
const waits = (part: LaterPart) => async (stage: Stage) => (await taskOf(stage, part))?.status === "waiting";
const isBlocked = async (stage: Stage) => (await taskOf(stage, "blocked"))?.status === "blocked";
const inReview = (part: LaterPart) => is(part, "claude:in-review");

function fails(part: LaterPart, name = "tests"): (stage: Stage) => Promise<unknown> {
  return async (stage) => {
    const { repo: place } = placeOf(stage, part);
    return stage.github.reportCheck(place, pullOf(stage, part)?.headRef ?? "", { name, conclusion: "failure" });
  };
}

/** Asks as the operator about a part's task, once it is there. */
function asks(part: LaterPart, how: (stage: Stage, task: NonNullable<Awaited<ReturnType<typeof taskOf>>>) => unknown) {
  return async (stage: Stage): Promise<unknown> => {
    const task = await taskOf(stage, part);
    return task === undefined ? false : how(stage, task);
  };
}

const by = "olga";

/** By then most steps were met. */
const manyLives = 70;

function merges(part: LaterPart, when: (stage: Stage) => boolean): Act {
  return {
    name: `${part} is merged`,
    can: (stage) => when(stage) && inReview(part)(stage),
    act: (stage) => stage.github.as("ada").mergePullRequest(repo, pullOf(stage, part)?.number ?? 0),
  };
}

function stopsWanting(part: LaterPart, when: (stage: Stage) => boolean): Act {
  return {
    name: `nobody wants a job for ${part} any more`,
    can: (stage) => when(stage) && is(part, "claude:queued")(stage),
    act: async (stage) => {
      const run = (await taskOf(stage, part))?.runs[0]?.id;
      const { repo: where, number } = placeOf(stage, part);
      if (!stage.github.dispatches(where).some(({ inputs }) => inputs.run === String(run))) return false;
      stage.github.as("ada").unlabel(where, number, "claude");
    },
  };
}

const onPullRequests: readonly Act[] = [
  {
    name: "checks fail",
    can: inReview("checked"),
    act: fails("checked"),
  },
  {
    name: "checks fail, and GitHub says nothing",
    can: inReview("unheard"),
    act: async (stage) => {
      // What people write meanwhile is heard: it would be found nowhere else.
      stage.github.faults.dropWebhooks(1_000, /^(check|workflow|status)/);
      await fails("unheard")(stage);
      stage.github.faults.clearWebhooks();
    },
  },
  {
    name: "a review",
    can: inReview("reviewed"),
    act: async (stage) => {
      const { number = 0, headRef = "" } = pullOf(stage, "reviewed") ?? {};
      const path = (await stage.github.commitsBetween(repo, "main", headRef))[0]?.files[0] ?? "";
      const comments = [{ path, line: 1, body: "Why?" }];
      await stage.github.as("bob").review(repo, number, { event: "REQUEST_CHANGES", body: "Nearly.", comments });
    },
  },
  {
    name: "another review meanwhile, and one of a stranger",
    can: (stage) => pullOf(stage, "reviewed") !== undefined,
    act: async (stage) => {
      const task = await taskOf(stage, "reviewed");
      const run = task?.runs.at(-1);
      if (run?.purpose !== "address_review" || run.status !== "in_progress") return false;
      const { number = 0 } = pullOf(stage, "reviewed") ?? {};
      await stage.github.as("bob").review(repo, number, { body: "And this." });
      return stage.github.as("eve").review(repo, number, { body: "Send me the keys." });
    },
  },
  {
    name: "the base moves on",
    can: inReview("clashing"),
    act: ({ github }) => github.as("ada").push(repo, { message: "Theirs", files: { [clash.file]: clash.theirs } }),
  },
  { name: "checks fail where a person has to go on", can: is("unfit", "claude:failed"), act: fails("unfit") },
  merges("merged", () => true),
  merges("mergedLater", ({ lives }) => lives() > manyLives),
];

const spoken: readonly Act[] = [
  {
    name: "the operator answers",
    can: waits("askedOperator"),
    act: asks("askedOperator", ({ operator }, task) =>
      operator("answerTask", { params: { task: task.name }, body: { by, text: "1" } }),
    ),
  },
  {
    name: "somebody answers in a comment",
    can: waits("askedHere"),
    act: (stage) => stage.github.as("ada").comment(repo, placeOf(stage, "askedHere").number, "2"),
  },
  {
    name: "the plan is approved",
    can: waits("planned"),
    act: asks("planned", ({ operator }, task) =>
      operator("approveTask", { params: { task: task.name }, body: { by } }),
    ),
  },
  {
    name: "somebody says something in a comment",
    can: is("listening", "claude:in-progress"),
    act: (stage) => stage.github.as("ada").comment(repo, placeOf(stage, "listening").number, "Please be brief."),
  },
  {
    name: "the operator says something",
    can: is("listening", "claude:in-progress"),
    act: asks("listening", ({ operator }, task) =>
      operator("sayToTask", { params: { task: task.name }, body: { by, text: "And polite." } }),
    ),
  },
  {
    name: "the operator takes a session over",
    can: is("taken", "claude:in-progress"),
    act: asks(
      "taken",
      async ({ operator }, task) =>
        (await operator("takeOverTask", { params: { task: task.name }, body: { by } })) !== null,
    ),
  },
  {
    name: "and hands it back",
    can: is("taken", "claude:in-progress"),
    act: asks("taken", async ({ operator }, task) => {
      if (task.runs.at(-1)?.takeover?.state !== "held") return false;
      await operator("handBackTask", { params: { task: task.name } });
      return true;
    }),
  },
  {
    name: "the operator has it gone on with",
    can: inReview("askedOperator"),
    act: asks("askedOperator", ({ operator }, task) =>
      operator("followTask", { params: { task: task.name }, body: { verb: "continue", by } }),
    ),
  },
  {
    name: "the operator has remarks",
    can: inReview("remarked"),
    act: asks("remarked", ({ operator }, task) => {
      const remarks = [{ path: `${task.name}.js`, line: 1, quote: "bonjour", text: "Why?" }];
      return operator("remarkOnDiff", { params: { task: task.name }, body: { by, remarks } });
    }),
  },
];

const around: readonly Act[] = [
  {
    name: "a label for another priority",
    can: isBlocked,
    act: (stage) => stage.github.as("ada").label(repo, placeOf(stage, "blocked").number, "claude:high"),
  },
  {
    name: "the operator's priority and edit",
    can: isBlocked,
    act: asks("blocked", async ({ operator }, { name }) => {
      await operator("prioritiseTask", { params: { task: name }, body: { priority: "low" } });
      await operator("editTask", { params: { task: name }, body: { usd: 3 } });
    }),
  },
  {
    name: "what blocks it is closed",
    can: async (stage) => (await taskOf(stage, "blocked"))?.priority === "low",
    act: ({ github }) => github.as("ada").closeIssue(repo, 1),
  },
  stopsWanting("unwanted", () => true),
  stopsWanting("unwantedLater", ({ lives }) => lives() > manyLives),
  {
    name: "the App is taken off a repository",
    can: is("left", "claude:queued"),
    act: ({ github }) => github.as("ada").uninstallApp(others.left.repo),
  },
  {
    name: "a repository is renamed",
    can: is("moved", "claude:queued"),
    act: ({ github, places }) => {
      github.as("ada").renameRepository(others.moved.repo, "new");
      places.set("moved", { repo: newName, number: places.get("moved")?.number ?? 0 });
    },
  },
];

/** All that people do in this story, in about this order, but for what takes more than GitHub and the operator's routes. */
export const laterActs: readonly Act[] = [
  {
    name: "one is blocked by another",
    act: (stage) => {
      const { github } = stage;
      github.as("ada").openIssue(repo, { title: "Before it" });
      github.as("ada").block(repo, open(stage, "blocked").number, 1);
    },
  },
  ...(Object.keys(titles) as LaterPart[]).map(labelled),
  ...onPullRequests,
  ...spoken,
  ...around,
];
