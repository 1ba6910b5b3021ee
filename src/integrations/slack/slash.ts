import { RepositoryName, TaskName } from "#protocol/words.ts";
import { cutTo } from "../card.ts";

/** What stands behind `/claude` in Slack. */
export type Slash =
  | { verb: string; words: string; of: TaskName | { repository: string; issue: number } }
  | { wish: SlashWish }
  | { sentence: string };

/** What is to be done in a repository, in words alone. */
export type SlashWish = { repository: string; title: string; body: string };

const help = [
  "/claude status TASK-12 tells how it stands; why TASK-12 what stands in its way.",
  "/claude stop TASK-12, retry TASK-12, approve TASK-12, priority TASK-12 high",
  "/claude say TASK-12 Use informal words. · /claude answer TASK-12 2",
  "/claude create owner/name#12 starts work on an issue; create owner/name Greet in French, on those words.",
].join("\n");

/** Reads a verb, what it is about, and the words behind that. */
export function parseSlash(text: string): Slash {
  const [, verb = "", about = "", words = ""] = /^\s*(\S*)\s*(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  const said = verb.toLowerCase();
  if (said === "" || said === "help") return { sentence: help };
  const issue = /^([\w.-]{1,100}\/[\w.-]{1,100})#(\d{1,9})$/.exec(about);
  if (issue !== null) {
    const of = { repository: issue[1] ?? "", issue: Number(issue[2]) };
    return { verb: said === "create" ? "run" : said, words, of };
  }
  if (said === "create" && RepositoryName.safeParse(about).success && words.trim() !== "") {
    const [title = "", ...body] = words.trim().split("\n");
    return { wish: { repository: about, title: cutTo(title.trim(), 300), body: body.join("\n").trim() } };
  }
  const task = TaskName.safeParse(about.toUpperCase());
  if (task.success && said !== "create") return { verb: said, words, of: task.data };
  const wanted =
    said === "create"
      ? "an issue behind it, as owner/name#12, or owner/name and what is to be done"
      : "a task behind it, as TASK-12";
  return { sentence: `It takes ${wanted}.\n${help}` };
}
