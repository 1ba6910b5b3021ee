import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Task } from "#protocol/task.ts";
import { watchTerminal } from "../api/terminal-socket.ts";
import { useDesk } from "../desk.ts";
import { visibleLine } from "../domain/visible.ts";
import { runInTerminal, watchingSentence } from "../domain/watching.ts";
import "../style/terminal.css";
import { icons } from "./icons.tsx";
import { PageLink } from "./link.tsx";
import { openScreen } from "./screen.ts";

/** The terminal in which Claude works on the task, as it is now; to watch. */
export function LiveTerminal({ task }: { task: Task }) {
  const run = runInTerminal(task);
  if (run === null)
    return (
      <div class="blank">
        {icons.terminal}
        <p>Nothing works on {task.name} now, so that there is no terminal to see.</p>
        <PageLink to={`/tasks/${task.name}`} class="button">
          See what was said and done
        </PageLink>
      </div>
    );
  return <Watched key={run} task={task.name} />;
}

function Watched({ task }: { task: string }) {
  const { session } = useDesk();
  const place = useRef<HTMLDivElement>(null);
  const state = useSignal<"opening" | "none" | "live" | "lost">("opening");
  const others = useSignal<readonly string[]>([]);
  const current = session.state.value;
  const pageKey = current.kind === "in" ? current.pageKey : null;
  useEffect(() => {
    if (place.current === null || pageKey === null) return;
    const screen = openScreen(place.current);
    const stop = watchTerminal(task, pageKey, {
      news: (news) => {
        if (news.kind === "watchers") others.value = news.others;
        else if (news.kind === "output") screen.write(news.text);
        else if (news.kind === "screen") screen.show(news);
        if (news.kind === "screen") state.value = "live";
        else if (news.kind === "none") state.value = "none";
      },
      lost: () => {
        state.value = "lost";
        others.value = [];
      },
    });
    return () => {
      stop();
      screen.close();
    };
  }, [task, pageKey]);
  return (
    <section class="panel terminal" aria-label="Terminal">
      <div class="terminal-line">
        <span role="status">{says[state.value]}</span>
        {state.value === "live" ? <span class="faint">{visibleLine(watchingSentence(others.value))}</span> : null}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section ref={place} class="terminal-screen" aria-label="Screen" tabIndex={0} />
    </section>
  );
}

const says = {
  opening: "Opening the terminal …",
  none: "Claude has no terminal at this moment. It is shown as soon as there is one.",
  live: "Live, to watch",
  lost: "The connection is lost. It is opened again …",
} as const;
