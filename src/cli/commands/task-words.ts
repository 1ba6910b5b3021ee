import type { Command } from "commander";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { taskName } from "../names.ts";
import { lookOf } from "../task-view.ts";

/** The commands that bring a person's words to Claude: an answer to what it asks, or words that nobody asked for. */
export const answer = commandOf("answerTask", "the number of a choice, or words of your own");
export const say = commandOf("sayToTask", "what Claude is to know");

function commandOf(route: "answerTask" | "sayToTask", about: string) {
  return {
    register(command: Command, context: Context): void {
      withClientFlags(command)
        .argument("<task>", "its name, as TASK-12")
        .argument("<words...>", about)
        .action(async (given: string, words: string[], options: ClientFlags & OutputFlags) => {
          const name = taskName(given);
          const { call } = await context.connect(options);
          const body = { by: context.person, text: words.join(" ") };
          const { task } = await call(route, { params: { task: name }, body });
          if (options.json) return context.printJson({ task });
          context.print(`${task.name} ${lookOf(task).word}\n`);
        });
    },
  };
}
