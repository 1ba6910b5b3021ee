import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";
import { mostPasted, mostTyped } from "../api/routes.ts";
import { type WatchedTerminal, watchTerminal } from "../api/terminal-socket.ts";
import { useDesk } from "../desk.ts";
import { visibleLine } from "../domain/visible.ts";
import { runInTerminal, watchingSentence } from "../domain/watching.ts";
import "../style/terminal.css";
import { ActionButton } from "./button.tsx";
import { icons } from "./icons.tsx";
import { PageLink } from "./link.tsx";
import { leaveKey, openScreen, type Screen, type ScreenHands } from "./screen.ts";
import { Scrolling } from "./scrolling.tsx";

/** The terminal in which Claude works on the task, as it is now: to watch, and for whoever has taken it over to type at. */
export function LiveTerminal({ task }: { task: Task }) {
  const run = task.runs.findLast(({ id }) => id === runInTerminal(task));
  if (run === undefined)
    return (
      <div class="blank">
        {icons.terminal}
        <p>Nothing works on {task.name} now, so that there is no terminal to see.</p>
        <PageLink to={`/tasks/${task.name}`} class="button">
          See what was said and done
        </PageLink>
      </div>
    );
  return <Watched key={run.id} task={task} run={run} />;
}

function Watched({ task, run }: { task: Task; run: Run }) {
  const { session } = useDesk();
  const place = useRef<HTMLElement>(null);
  const ends = useRef<{ screen: Screen; terminal: WatchedTerminal } | null>(null);
  const state = useSignal<"opening" | "none" | "live" | "lost">("opening");
  const others = useSignal<readonly string[]>([]);
  const hands = useSignal<{ by: string | null; isYours: boolean }>({ by: null, isYours: false });
  const refused = useSignal<string | null>(null);
  const current = session.state.value;
  const pageKey = current.kind === "in" ? current.pageKey : null;
  const isMine = current.kind === "in" && run.takeover?.state === "held" && run.takeover.by === current.name;
  const shows = useSignal(0);
  useEffect(() => {
    if (place.current === null || pageKey === null) return;
    const screen = openScreen(place.current);
    const terminal = watchTerminal(task.name, pageKey, {
      news: (news) => {
        if (news.kind === "watchers") others.value = news.others;
        else if (news.kind === "hands") hands.value = news;
        else if (news.kind === "refused") refused.value = news.sentence;
        else if (news.kind === "output") screen.write(news.text);
        else if (news.kind === "screen") screen.show(news);
        if (news.kind === "screen") {
          if (state.value !== "live") shows.value += 1;
          state.value = "live";
        } else if (news.kind === "none") state.value = "none";
      },
      lost: () => {
        state.value = "lost";
        others.value = [];
        hands.value = { by: null, isYours: false };
      },
    });
    ends.current = { screen, terminal };
    return () => {
      ends.current = null;
      terminal.stop();
      screen.close();
    };
  }, [task.name, pageKey]);
  const take = () => {
    refused.value = null;
    ends.current?.terminal.say({ kind: "take" });
  };
  // Whoever has the session has the keyboard, in the window that they look at.
  const came = shows.value;
  useEffect(() => {
    if (isMine && came > 0 && state.value === "live") take();
  }, [isMine, came]);
  const { isYours } = hands.value;
  useEffect(() => {
    const { screen, terminal } = ends.current ?? {};
    screen?.handTo(isYours && isMine && terminal !== undefined ? handsOn(terminal, refused) : null);
  }, [isYours, isMine]);
  return (
    <section class="panel terminal" aria-label="Terminal">
      <div class="terminal-line">
        <span role="status">
          {state.value === "live" ? liveWords(run, hands.value, isMine) : says[state.value]}
          {isYours && isMine ? <span class="faint"> · {leaveKey} gives the keyboard back to the page</span> : null}
        </span>
        {state.value === "live" ? <span class="faint">{visibleLine(watchingSentence(others.value))}</span> : null}
      </div>
      {refused.value === null ? null : (
        <p role="alert" class="terminal-refused">
          {visibleLine(refused.value)}
        </p>
      )}
      <div class="terminal-deeds">
        {run.takeover === undefined ? <ActionButton name="take_over" task={task} /> : null}
        {isMine && !isYours && state.value === "live" ? (
          <button type="button" class="button" onClick={take}>
            {icons.terminal}
            Type here
          </button>
        ) : null}
        {run.takeover === undefined ? null : <ActionButton name="hand_back" task={task} />}
      </div>
      <Scrolling says="Screen" frame={place} class={isYours ? "terminal-screen is-yours" : "terminal-screen"} />
    </section>
  );
}

function handsOn(terminal: WatchedTerminal, refused: Signal<string | null>): ScreenHands {
  return {
    keys(text) {
      for (let at = 0; at < text.length; at += mostTyped)
        terminal.say({ kind: "keys", text: text.slice(at, at + mostTyped) });
    },
    paste(text) {
      if (text.length <= mostPasted) terminal.say({ kind: "paste", text });
      else refused.value = `A paste has at most ${mostPasted} characters; this one has ${text.length}.`;
    },
    size: (size) => terminal.say({ kind: "size", ...size }),
  };
}

/** Who has the session, and whose hands are on it. */
function liveWords({ takeover }: Run, hands: { by: string | null; isYours: boolean }, isMine: boolean): string {
  if (takeover?.state === "wanted") return `Live · ${visibleLine(takeover.by)} is taking it over`;
  if (takeover?.state === "returning") return "Live · it goes back to Claude";
  if (isMine) return hands.isYours ? "Live · the session is yours: type" : "Live · the session is yours";
  if (takeover !== undefined) return `Live, to watch · ${visibleLine(takeover.by)} has the session`;
  return "Live, to watch";
}

const says = {
  opening: "Opening the terminal …",
  none: "Claude has no terminal at this moment. It is shown as soon as there is one.",
  lost: "The connection is lost. It is opened again …",
} as const;
