import type { Conversation } from "#test/model/conversation.ts";
import type { Choose, Message, Script } from "#test/model/script.ts";
import type { Kind } from "./plan.ts";
import type { Progress } from "./progress.ts";

/** What the repositories hold: a page for each task, and a command that looks whether all pages are whole. */
export const files: Readonly<Record<string, string>> = {
  "README.md": "# Pages\n\nOne page for each request, in docs/.\n",
  ".github/cc-orchestrator.yml":
    "label: claude\nverify:\n  - '! grep -r \"is BROKEN\" docs'\nverify_rounds: 2\nlimits: { minutes: 20 }\n",
};

export const titleOf = (ordinal: number): string => `Write page ${ordinal}`;
export const pageOf = (ordinal: number): string => `docs/page-${ordinal}.md`;
export const wholePage = (ordinal: number): string => `Page ${ordinal} is whole.`;

/** One answer of the model, by the number that stands in its text. */
export type Said = { ordinal: number; sessionId: string; heard: boolean };

/** The model's part, and what it remembers for the examination afterwards. */
export type Work = {
  readonly scripts: Readonly<Record<string, Script>>;
  readonly choose: Choose;
  /** By number. `heard`: a later request of the same session repeats it, so Claude Code has taken it in. */
  readonly said: ReadonlyMap<number, Said>;
};

/**
 * A model that works as a sensible one would: it looks at what its tools have shown so far and goes on from there, so that
 * it does not matter where it was interrupted.
 */
export function openWork(kindOf: (ordinal: number) => Kind, progress: Progress): Work {
  const said = new Map<number, Said>();
  const crashed = new Set<number>();

  function answer(conversation: Conversation): Message {
    const ordinal = ordinalOf(conversation.prompt);
    if (ordinal === null) return { text: "There is nothing to do." };
    const { sessionId } = conversation;
    for (const [, number] of JSON.stringify(conversation.body.messages ?? []).matchAll(/\[answer (\d+)\]/g)) {
      const heard = said.get(Number(number));
      if (heard?.sessionId === sessionId) heard.heard = true;
    }
    const message = next(kindOf(ordinal), ordinal, conversation, crashed);
    const number = said.size + 1;
    said.set(number, { ordinal, sessionId, heard: false });
    progress.tell(ordinal, (message.tools ?? []).length === 0 ? "ended" : "asked");
    return { ...message, text: `${message.text} [answer ${number}]` };
  }
  // A script is a list of steps; this one finds out by itself where it is.
  const steps = Array.from({ length: 90 }, () => answer);
  return { scripts: { page: steps }, choose: (text) => (ordinalOf(text) === null ? undefined : "page"), said };
}

function ordinalOf(prompt: string): number | null {
  const found = /^Title: Write page (\d+)$/m.exec(prompt)?.[1];
  return found === undefined ? null : Number(found);
}

const bash = (command: string, description: string) => [{ name: "Bash", input: { command, description } }];

function next(kind: Kind, ordinal: number, { results, said, sessionId }: Conversation, crashed: Set<number>): Message {
  const seen = (mark: string) => results.some((result) => result.includes(mark));
  const page = pageOf(ordinal);
  const write = (text: string, mark: string) =>
    bash(`mkdir -p docs && printf '%s\\n\\nsession %s\\n' '${text}' ${sessionId} > ${page} && echo ${mark}`, mark);
  if (!seen("LOOKED"))
    return { text: "I look around first.", tools: bash("git log --oneline -3; ls; echo LOOKED", "Look") };
  switch (kind) {
    case "nothing":
      return { text: "There is nothing to change here." };
    case "cancelled":
      return {
        text: "This takes a while.",
        tools: bash("for n in $(seq 900); do sleep 0.1; done; echo WAITED", "Wait"),
      };
    case "crash":
      if (!crashed.has(ordinal)) {
        crashed.add(ordinal);
        return { text: "Something goes wrong.", tools: bash("kill -9 $PPID", "Crash") };
      }
      break;
    case "red":
      if (!seen("WRITTEN")) return { text: "I write.", tools: write(`Page ${ordinal} is BROKEN.`, "WRITTEN") };
      return { text: "I cannot do better." };
    case "repair": {
      const isAsked = said.some((text) => text.includes("is BROKEN"));
      if (isAsked && !seen("MENDED")) return { text: "I mend it.", tools: write(wholePage(ordinal), "MENDED") };
      if (isAsked) return { text: "It is mended." };
      if (!seen("WRITTEN")) return { text: "I write.", tools: write(`Page ${ordinal} is BROKEN.`, "WRITTEN") };
      return { text: "The page is written." };
    }
    case "plain":
  }
  if (!seen("WRITTEN")) return { text: "I write the page.", tools: write(wholePage(ordinal), "WRITTEN") };
  if (!seen("READ")) return { text: "I read it again.", tools: bash(`cat ${page}; sleep 1; echo READ`, "Read") };
  return { text: "The page is written." };
}
