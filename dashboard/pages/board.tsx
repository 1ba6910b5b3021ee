import { useSignal } from "@preact/signals";
import { useDesk } from "../desk.ts";
import { type ColumnName, columns } from "../domain/columns.ts";
import { choiceNames, choices, filterOf, isFiltered } from "../domain/filter.ts";
import { Away, useIsAway } from "../parts/away.tsx";
import { Card } from "../parts/card.tsx";
import { type Drop, drop, dropOn } from "../parts/drop.ts";
import { ChoiceField, SearchField } from "../parts/filter-fields.tsx";
import { icons } from "../parts/icons.tsx";
import { PageLink } from "../parts/link.tsx";
import { NewTask } from "../parts/new-task.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { EmptyBoard } from "./empty-board.tsx";

/** What is done is mostly looked up elsewhere: so many are shown at first. */
const doneAtFirst = 15;

/** All tasks, by whose move it is. */
export function Board() {
  const { tasks, route, isAdmin } = useDesk();
  const isNewOpen = useSignal(false);
  const all = tasks.tasks.value;
  // Who may do nothing to any task that they see only looks on.
  const mayAsk =
    isAdmin.value || all === null || all.size === 0 || [...all.values()].some(({ may }) => may?.length !== 0);
  const board = tasks.board.value;
  const filter = filterOf(route.query.value);
  const found = Object.values(board).reduce((sum, column) => sum + column.length, 0);
  return (
    <div class="board-page">
      <h1 class="unseen">Board</h1>
      <div class="toolbar">
        {all?.size === 0 ? null : <FilterFields />}
        {mayAsk ? (
          <button type="button" class="button primary" data-new-task onClick={() => (isNewOpen.value = true)}>
            {icons.plus}
            New task
          </button>
        ) : null}
      </div>
      <NoRunner />
      {all === null ? <BoardSkeleton /> : null}
      {all?.size === 0 ? <EmptyBoard onNew={() => (isNewOpen.value = true)} /> : null}
      {all !== null && all.size > 0 ? (
        <>
          {found === 0 && isFiltered(filter) ? <NothingFound /> : null}
          <div class="board">
            {columns.map(({ name }) => (
              <Column key={name} name={name} />
            ))}
          </div>
        </>
      ) : null}
      <NewTask isOpen={isNewOpen} />
    </div>
  );
}

function FilterFields() {
  const { tasks, route } = useDesk();
  const filter = filterOf(route.query.value);
  return (
    <search class="filters">
      <SearchField says="Filter tasks" placeholder="Filter by words, #number, person, runner …">
        <kbd class="wide-only">/</kbd>
      </SearchField>
      <div class="choices-row">
        {choiceNames.map((name) => {
          const { title, all } = choices[name];
          const options = tasks.options.value[name].map((one) => [one, one] as const);
          // Where everything is of one kind there is nothing to choose.
          const isThere = filter[name] !== null || options.length > 1;
          return isThere ? <ChoiceField key={name} title={title} all={all} name={name} options={options} /> : null;
        })}
      </div>
    </search>
  );
}

const dropWords = {
  move: "Drop to change its priority",
  retry: "Drop to retry",
  stop: "Drop to stop",
} as const satisfies Record<Drop, string>;

function Column({ name }: { name: ColumnName }) {
  const desk = useDesk();
  const { tasks } = desk;
  const dragged = tasks.tasks.value?.get(desk.dragged.value ?? "");
  const meaning = dragged === undefined ? null : dropOn(name, dragged, desk.clock.minute.value);
  const isWhole = useSignal(false);
  const column = columns.find((one) => one.name === name);
  const found = tasks.board.value[name];
  const shown = name === "done" && !isWhole.value ? found.slice(0, doneAtFirst) : found;
  return (
    <section
      class={`column column-${name} ${found.length === 0 ? "is-empty" : ""} ${meaning === null ? "" : "takes-drop"}`}
      onDragOver={(event) => {
        if (meaning !== null) event.preventDefault();
      }}
      onDrop={(event) => {
        event.preventDefault();
        drop(desk, name, event.currentTarget, event.clientY);
      }}
      data-column={name}
      aria-labelledby={`column-${name}`}
    >
      <h2 id={`column-${name}`}>
        <span class="column-dot" aria-hidden="true" />
        {column?.title}
        <span class="column-count">{found.length}</span>
      </h2>
      {meaning === null ? null : <p class="drop-words">{dropWords[meaning]}</p>}
      {found.length === 0 ? <p class="column-empty">{column?.empty}</p> : null}
      <ul>
        {shown.map((task) => (
          <li key={task.name}>
            <Card task={task} />
          </li>
        ))}
      </ul>
      {shown.length < found.length ? (
        <button type="button" class="button quiet" onClick={() => (isWhole.value = true)}>
          Show {found.length - shown.length} more
        </button>
      ) : null}
    </section>
  );
}

/** Without a runner nothing moves, whatever the cards say. */
function NoRunner() {
  const { runners, tasks } = useDesk();
  const list = runners.runners.value;
  const waiting = [...(tasks.tasks.value?.values() ?? [])].filter(({ status }) => status === "queued").length;
  if (list === null || waiting === 0 || list.some(({ state }) => state === "online")) return null;
  return (
    <div class="notice tone-attention">
      {icons.warning}
      <span>
        No runner is online, so {waiting === 1 ? "a queued task waits" : `${waiting} queued tasks wait`}.{" "}
        <PageLink to="/runners">Add or start a runner</PageLink>
      </span>
    </div>
  );
}

function NothingFound() {
  const { route } = useDesk();
  return (
    <div class="notice">
      {icons.search}
      <span>No task is like that.</span>
      <button
        type="button"
        class="button small"
        onClick={() => route.filter({ q: null, ...Object.fromEntries(choiceNames.map((name) => [name, null])) })}
      >
        Clear the filter
      </button>
    </div>
  );
}

function BoardSkeleton() {
  if (useIsAway()) return <Away what="The tasks" />;
  return (
    <>
      <Waiting says="Loading tasks" />
      <div class="board" aria-hidden="true">
        {columns.map(({ name, title }, at) => (
          <section key={name} class={`column column-${name}`}>
            <h2>
              <span class="column-dot" aria-hidden="true" />
              {title}
            </h2>
            {Array.from({ length: [2, 1, 2, 1, 3][at] ?? 1 }, (_, row) => (
              <div key={row} class="card skeleton" />
            ))}
          </section>
        ))}
      </div>
    </>
  );
}
