/**
 * What the model does with a task that nobody wrote a script for: it looks around, plans, writes a page about the request
 * and tells. So an issue that a person opens in a demo becomes a real, small pull request.
 */
import type { Conversation } from "./conversation.ts";
import { AFTER_SCRIPT, type Message, type Script } from "./script.ts";

/** The request's title as the prompt has it; null when this is no task. */
function titleOf(prompt: string): string | null {
  return /^Title: (.+)$/m.exec(prompt)?.[1]?.trim() ?? null;
}

/** A file name of the title: letters, digits and dashes, at most 40 characters. */
function slugOf(title: string): string {
  const words =
    title
      .toLowerCase()
      .normalize("NFKD")
      .match(/[a-z0-9]+/g) ?? [];
  return words.join("-").slice(0, 40).replace(/-$/, "") || "request";
}

function forTask(message: (title: string, page: string, cwd: string) => Message) {
  return ({ prompt, cwd }: Conversation): Message => {
    const title = titleOf(prompt);
    return title === null ? AFTER_SCRIPT : message(title, `docs/${slugOf(title)}.md`, cwd);
  };
}

const update = (taskId: string, status: string) => ({ name: "TaskUpdate", input: { taskId, status } });

/** Steps for any prompt with a line `Title: …`; said without effect to any other. */
export const anyTask: Script = [
  forTask(() => ({
    thinking: "I see first what there is.",
    text: "I look around in the repository first.",
    tools: [{ name: "Bash", input: { command: "git log --oneline -5; ls", description: "Look around" } }],
  })),
  forTask((_title, page) => ({
    tools: [
      { name: "TaskCreate", input: { subject: "Look around", description: "See what is there" } },
      { name: "TaskCreate", input: { subject: `Write ${page}`, description: "Put the request down" } },
      { name: "TaskCreate", input: { subject: "Read it again", description: "Check the page" } },
    ],
  })),
  forTask((title, page, cwd) => ({
    text: `There is no page about this yet, so I write \`${page}\`.`,
    tools: [
      update("1", "completed"),
      update("2", "in_progress"),
      {
        name: "Write",
        input: {
          file_path: `${cwd}/${page}`,
          content: `# ${title}\n\nThis page was written by a scripted model: it stands for the work that was asked for.\n`,
        },
      },
    ],
  })),
  forTask((_title, page) => ({
    tools: [
      update("2", "completed"),
      update("3", "in_progress"),
      { name: "Bash", input: { command: `cat ${page} && git status --short`, description: "Read it again" } },
    ],
  })),
  forTask(() => ({ tools: [update("3", "completed")] })),
  forTask((title, page) => ({
    text: `- Adds \`${page}\`, which puts down the request: ${title}\n- Read once more after it was written; there is nothing to run.\n\nA reviewer should know that this was done by a scripted model.`,
  })),
];
