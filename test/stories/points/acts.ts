import { repo } from "../website.ts";
import { type Act, opened, placeOf, pullOf, type Stage, shownOf, taskOf } from "./stage.ts";

export const policy = "ready_for_review: true\n";

/** The tasks of the story: each one's title, which tells the runner how to play it. */
const titles = {
  plain: "Greet in French",
  withdrawn: "One to hold, and to take back",
  stopped: "One to hold, and to stop by hand",
  returned: "One to return first",
  stumbling: "One to stumble over",
  unfit: "One that is unfit at first",
  unsaid: "One whose push is unsaid",
  unmerged: "One that nobody merges",
  refused: "One that a stranger wants",
  dropped: "One that GitHub does not tell of",
  // What is found once only may be cut off by a death: there is a second chance.
  droppedLater: "One more that GitHub does not tell of",
  away: "One that comes while nobody is there",
  byHand: "One that the operator takes up",
} as const;
export type Part = keyof typeof titles;

const numberOf = (stage: Stage, part: Part): number => placeOf(stage, part).number;
const open = (stage: Stage, part: Part, by = "ada"): number => opened(stage, part, { title: titles[part], by }).number;

/** Its comment says who stopped it. */
function wasStopped(stage: Stage): boolean {
  return stage.github.comments(repo, numberOf(stage, "stopped")).some(({ body }) => body.includes("olga"));
}

function labelled(part: Part, by = "ada"): Act {
  return {
    name: `${part} is labelled`,
    act: (stage) => stage.github.as(by).label(repo, open(stage, part, by), "claude"),
  };
}

function untold(part: Part, after: number): Act {
  return {
    name: `${part} is labelled, and GitHub says nothing`,
    can: ({ lives }) => lives() > after,
    act: (stage) => {
      stage.github.faults.dropWebhooks(2);
      stage.github.as("ada").label(repo, open(stage, part), "claude");
    },
  };
}

const aComment = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
const aReaction = "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";

/** All that people do and GitHub fails at, in about this order. */
export const acts: readonly Act[] = [
  {
    name: "GitHub fails to read an issue, and to take a comment",
    act: ({ github }) => {
      github.faults.failNext({ route: "GET /repos/{owner}/{repo}/issues/{issue_number}", status: 500, times: 3 });
      github.faults.failNext({ route: aComment, status: 502, times: 3 });
    },
  },
  labelled("plain"),
  labelled("withdrawn"),
  labelled("stopped"),
  labelled("returned"),
  labelled("stumbling"),
  labelled("unfit"),
  labelled("unsaid"),
  labelled("unmerged"),
  {
    name: "refused is labelled by somebody who may not",
    act: (stage) => stage.github.as("tim").label(repo, open(stage, "refused", "tim"), "claude"),
  },
  untold("dropped", 0),
  untold("droppedLater", 30),
  { ...labelled("away"), can: ({ isUp, lives }) => !isUp() && lives() > 3 },
  {
    name: "the operator takes one up",
    can: ({ lives }) => lives() > 4,
    act: async (stage) => {
      const body = { repository: repo, issue: open(stage, "byHand") };
      // Who has no answer looks first: asked for again after its end, it would be done again.
      const isTaken = async () => ((await taskOf(stage, "byHand")) === undefined ? null : true);
      while ((await isTaken()) === null) await stage.once("createTask", { body });
    },
  },
  {
    name: "the policy changes",
    can: ({ lives }) => lives() > 5,
    act: ({ github }) =>
      github.as("ada").push(repo, { message: "Less", files: { ".github/cc-orchestrator.yml": `${policy}# less\n` } }),
  },
  {
    name: "the label is taken off",
    can: (stage) => shownOf(stage, "withdrawn") === "claude:in-progress",
    act: (stage) => stage.github.as("ada").unlabel(repo, numberOf(stage, "withdrawn"), "claude"),
  },
  {
    name: "the operator stops one",
    can: (stage) => shownOf(stage, "stopped") === "claude:in-progress",
    act: async (stage) => {
      const task = await taskOf(stage, "stopped");
      if (task !== undefined) await stage.operator("cancelTask", { params: { task: task.name }, body: { by: "olga" } });
    },
  },
  {
    name: "the operator has it tried again",
    can: wasStopped,
    act: async (stage) => {
      const task = await taskOf(stage, "stopped");
      if (task === undefined || task.status !== "completed") return false;
      await stage.operator("retryTask", { params: { task: task.name }, body: { by: "olga" } });
      return ((await taskOf(stage, "stopped"))?.runs.length ?? 0) > 1;
    },
  },
  {
    name: "the button of a failed check is pressed",
    can: (stage) =>
      stage.github
        .checkRuns(repo, pullOf(stage, "unfit")?.headSha ?? "")
        .some(({ conclusion }) => conclusion === "failure" || conclusion === "action_required"),
    act: (stage) => {
      const failed = stage.github.checkRuns(repo, pullOf(stage, "unfit")?.headSha ?? "").at(-1);
      stage.github.as("ada").requestCheckAction(repo, failed?.id ?? 0, "retry");
    },
  },
  {
    name: "the issue is edited",
    can: (stage) => shownOf(stage, "plain") === "claude:in-review",
    act: (stage) => stage.github.as("ada").editIssue(repo, numberOf(stage, "plain"), { body: "Or hola." }),
  },
  {
    name: "two commands, the first of which GitHub makes wait",
    can: (stage) => shownOf(stage, "plain") === "claude:in-review",
    act: (stage) => {
      stage.github.faults.failNext({ route: aReaction, status: 500, times: 3 });
      for (const verb of ["status", "why"])
        stage.github.as("ada").comment(repo, numberOf(stage, "plain"), `/claude ${verb}`);
    },
  },
  {
    name: "the state label is taken off by somebody",
    can: (stage) => shownOf(stage, "returned") === "claude:in-review",
    act: (stage) => stage.github.as("ada").unlabel(repo, numberOf(stage, "returned"), "claude:in-review"),
  },
  {
    name: "a pull request is closed",
    can: (stage) => shownOf(stage, "unmerged") === "claude:in-review",
    act: (stage) => stage.github.as("ada").closePullRequest(repo, pullOf(stage, "unmerged")?.number ?? 0),
  },
  {
    name: "a pull request is merged",
    can: (stage) => shownOf(stage, "plain") === "claude:in-review" && stage.lives() > 40,
    act: (stage) => stage.github.as("ada").mergePullRequest(repo, pullOf(stage, "plain")?.number ?? 0),
  },
];

/** What GitHub shows of each part in the end. */
export const ends: Record<Part, string> = {
  plain: "claude:done",
  withdrawn: "",
  stopped: "claude:in-review",
  returned: "claude:in-review",
  stumbling: "claude:in-review",
  unfit: "claude:in-review",
  unsaid: "claude:failed",
  unmerged: "",
  refused: "",
  dropped: "claude:in-review",
  droppedLater: "claude:in-review",
  away: "claude:in-review",
  byHand: "claude:in-review",
};
