import { onTestFinished } from "vitest";
import { livePath } from "#protocol/routes.ts";
import { asOperator } from "./serving.ts";

export type StreamEvent = { event: string; id: number; content: unknown };

/** A client of the live changes, which reads as events are asked for. */
export async function follow(url: string, cursor?: number | string) {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const headers = { ...asOperator, ...(cursor === undefined ? {} : { "last-event-id": String(cursor) }) };
  const answer = await fetch(url + livePath, { headers, signal: controller.signal });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error("no stream");
  let text = "";
  const events: StreamEvent[] = [];
  let isOver = false;
  const more = async () => {
    const { done, value } = await reader.read();
    isOver = done;
    text += value ?? "";
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    events.push(...blocks.flatMap(eventOf));
  };
  return {
    status: answer.status,
    type: answer.headers.get("content-type"),
    /** The next so many events. */
    take: async (count: number): Promise<StreamEvent[]> => {
      while (events.length < count && !isOver) await more();
      return events.splice(0, count);
    },
    /** Everything until the server ends the stream. */
    rest: async (): Promise<StreamEvent[]> => {
      while (!isOver) await more();
      return events.splice(0);
    },
    leave: () => controller.abort(),
  };
}

function eventOf(block: string): StreamEvent[] {
  const fields = new Map(
    block.split("\n").map((line) => [line.split(":")[0], line.slice(line.indexOf(":") + 1).trim()]),
  );
  const content = fields.get("data");
  if (content === undefined) return [];
  return [{ event: fields.get("event") ?? "message", id: Number(fields.get("id")), content: JSON.parse(content) }];
}
