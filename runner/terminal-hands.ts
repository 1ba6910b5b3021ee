import { TypedNews } from "#protocol/terminal.ts";
import type { Terminals } from "./terminal/terminals.ts";
import type { Size, Typing } from "./terminal/typing.ts";

export type Hands = {
  /** What the server says of whoever types. */
  hear(text: string): void;
  /** The terminal's size, as it was last shown. */
  seen(size: Size): void;
  close(): void;
};

/** Whether a terminal belongs to the run, by its name. */
export function isOfRun(runId: number): (name: string) => boolean {
  const pattern = new RegExp(`^task-\\d+-run-${runId}(-\\d+-\\d+)?$`);
  return (name) => pattern.test(name);
}

/**
 * The hands of whoever the server lets type at a run's terminal: they come with the first thing that is typed, find the
 * terminal that is there, and go with whoever they belong to.
 */
export function openHands(
  of: { runId: number; terminals: Pick<Terminals, "type">; failed: (runId: number, error: unknown) => void },
  signal: AbortSignal,
): Hands {
  let before: Size = { columns: 160, rows: 48 };
  let isSized = false;
  let opening: Promise<Typing | null> | null = null;
  let wanted: Size | null = null;

  const typing = () => {
    if (opening !== null) return opening;
    const opened = of.terminals.type(isOfRun(of.runId), before, () => {
      // The next one has another terminal, or none: what is typed then looks for it.
      if (opening === opened) opening = null;
    });
    opening = opened;
    opened.catch(() => {
      if (opening === opened) opening = null;
    });
    return opened;
  };
  const letGo = () => {
    const opened = opening;
    opening = null;
    wanted = null;
    isSized = false;
    opened?.then((hands) => hands?.close()).catch((error: unknown) => of.failed(of.runId, error));
  };
  const type = async (news: Exclude<TypedNews, { kind: "hands" }>) => {
    const isNew = opening === null;
    const hands = await typing();
    if (hands === null || signal.aborted) return;
    if (isNew && wanted !== null && news.kind !== "size") hands.resize(wanted);
    if (news.kind === "keys") hands.keys(news.text);
    else if (news.kind === "paste") hands.paste(news.text);
    else hands.resize(news);
  };

  return {
    hear(text) {
      const news = TypedNews.safeParse(jsonOf(text)).data;
      if (news === undefined) return;
      if (news.kind === "hands") {
        if (!news.on) letGo();
        return;
      }
      if (news.kind === "size") {
        wanted = news;
        isSized = true;
      }
      type(news).catch((error: unknown) => of.failed(of.runId, error));
    },
    seen(size) {
      if (!isSized) before = { columns: size.columns, rows: size.rows };
    },
    close: letGo,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // nothing that our server says: the schema refuses it
  }
}
