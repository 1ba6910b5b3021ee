import { LiveEvent } from "#protocol/live.ts";
import { livePath } from "#protocol/routes.ts";
import type { Task } from "#protocol/task.ts";
import type { Stage } from "./stage.ts";

/** Tells of every task's change until the signal fires, from the control plane's live stream. */
export async function watchTasks(stage: Stage, onTask: (task: Task) => void, signal: AbortSignal): Promise<void> {
  const response = await fetch(new URL(livePath, stage.serverUrl), {
    headers: { authorization: `Bearer ${stage.operatorToken}`, accept: "text/event-stream" },
    signal,
  });
  if (!response.ok || response.body === null) throw new Error(`the live stream was answered ${response.status}`);
  let text = "";
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) tell(block, onTask);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function tell(block: string, onTask: (task: Task) => void): void {
  const data = block
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice("data:".length).trim())
    .join("\n");
  if (data === "") return;
  const event = LiveEvent.safeParse(JSON.parse(data));
  if (event.success && event.data.body.kind === "task") onTask(event.data.body.task);
}
