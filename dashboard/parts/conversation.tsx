import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Task } from "#protocol/task.ts";
import { useDesk } from "../desk.ts";
import type { Entry } from "../domain/conversation.ts";
import { isUnderWay } from "../domain/how-it-stands.ts";
import { activityOf } from "../domain/looks.ts";
import { visibleLine } from "../domain/visible.ts";
import type { TaskLogStore } from "../store/task-log.ts";
import { EntryView } from "./entry.tsx";
import { icons } from "./icons.tsx";
import { Waiting } from "./waiting.tsx";

/** So near to its end the page counts as "at the end" and follows what comes. */
const nearPx = 120;

/** What Claude says, thinks and does, as it happens. */
export function Conversation({ task }: { task: Task }) {
  const { openLog } = useDesk();
  const log = openLog.current.value;
  return (
    <section class="conversation" aria-labelledby="conversation">
      <h2 id="conversation" class="unseen">
        Conversation
      </h2>
      {log === null || log.state.value === "loading" ? <Loading /> : null}
      {log?.state.value === "failed" ? <Failed log={log} /> : null}
      {log?.state.value === "loaded" ? <Entries log={log} task={task} /> : null}
    </section>
  );
}

function Entries({ log, task }: { log: TaskLogStore; task: Task }) {
  const entries = log.entries.value;
  const end = useRef<HTMLDivElement>(null);
  // On a phone the first thing to see is what the page is about; whoever scrolls to the end follows.
  const isFollowing = useSignal(isUnderWay(task) && window.matchMedia("(min-width: 961px)").matches);
  useEffect(() => {
    const look = () => {
      const left = document.documentElement.scrollHeight - window.innerHeight - window.scrollY;
      isFollowing.value = left < nearPx;
    };
    window.addEventListener("scroll", look, { passive: true });
    return () => window.removeEventListener("scroll", look);
  }, [isFollowing]);
  useLayoutEffect(() => {
    if (isFollowing.value && isUnderWay(task)) end.current?.scrollIntoView({ block: "end" });
  }, [log.lines.value.length]);
  const activity = openCallOf(entries) ?? activityOf(task);
  const isBusy = activityOf(task) !== null;
  return (
    <>
      {log.hasEarlier.value ? (
        // The page shows that loading failed as it shows any other failure: by what is not there.
        <button type="button" class="button quiet" onClick={() => log.loadEarlier().catch(() => undefined)}>
          Show earlier lines
        </button>
      ) : null}
      {entries.length === 0 ? <Nothing task={task} /> : null}
      <div class="entries" role="log" aria-label="What Claude says and does">
        {entries.map((entry) => (
          <EntryView key={entry.key} entry={entry} />
        ))}
      </div>
      {!isBusy || activity === null ? null : (
        <p class="now">
          <span class="spinner" aria-hidden="true" />
          {visibleLine(activity)}
        </p>
      )}
      <div ref={end} class="end" />
      {!isFollowing.value && isUnderWay(task) ? (
        <button
          type="button"
          class="button to-end"
          onClick={() => {
            isFollowing.value = true;
            end.current?.scrollIntoView({ block: "end", behavior: "smooth" });
          }}
        >
          Follow the newest
        </button>
      ) : null}
    </>
  );
}

/** A tool that is still at work says more than the last progress report. */
function openCallOf(entries: readonly Entry[]): string | null {
  const last = entries.at(-1);
  return last?.kind === "call" && last.result === null ? `${last.tool} ${last.argument}`.trim() : null;
}

function Nothing({ task }: { task: Task }) {
  return (
    <div class="blank">
      {icons.think}
      <p>
        {isUnderWay(task) ? "Claude has not said anything yet. It appears here as it happens." : "Nothing was said."}
      </p>
    </div>
  );
}

function Loading() {
  return (
    <div aria-busy="true">
      <Waiting says="Loading the conversation" />
      <div class="skeleton line" />
      <div class="skeleton line" />
      <div class="skeleton line short" />
    </div>
  );
}

function Failed({ log }: { log: TaskLogStore }) {
  return (
    <div class="blank">
      {icons.warning}
      <p>The conversation could not be loaded.</p>
      <button type="button" class="button" onClick={() => log.load().catch(() => undefined)}>
        Try again
      </button>
    </div>
  );
}
