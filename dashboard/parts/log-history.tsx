import { useDesk } from "../desk.ts";
import { grouped } from "../domain/numbers.ts";
import { icons } from "./icons.tsx";

/** How much of the past is here, and how to get at more of it. */
export function LogHistory() {
  const { logs, history } = useDesk();
  const { count } = logs.shown.value;
  const total = logs.total.value;
  const state = history.state.value;
  const failure = history.failure.value;
  return (
    <p class="log-history">
      <span class="grows numbers" role="status">
        {count === total
          ? `${grouped(total)} ${total === 1 ? "line" : "lines"}`
          : `${grouped(count)} of ${grouped(total)} lines`}
        {logs.isFiltering.value || state === "looking" ? " · searching …" : ""}
        {state === "whole" ? " · back to the beginning" : ""}
        {failure === null ? null : <span class="problem"> · {failure}</span>}
      </span>
      {state === "more" ? (
        <button type="button" class="button small" onClick={() => void history.further()}>
          {failure === null ? "Look further back" : "Try again"}
        </button>
      ) : null}
    </p>
  );
}

/** Why there is no line to see. */
export function NoLines() {
  const { logs, history, connection } = useDesk();
  const state = history.state.value;
  const isOff = connection.state.value.kind === "stale";
  const words = () => {
    if (logs.problem.value !== null) return logs.problem.value;
    if (history.failure.value !== null || isOff) return "The lines could not be loaded.";
    if (state === "idle" || state === "looking" || logs.isFiltering.value) return "Looking …";
    if (logs.total.value === 0) return "Nobody has said anything yet. Lines appear here as they come.";
    return state === "whole" ? "No line is like that." : "No line is like that yet. There may be older ones.";
  };
  return (
    <div class="blank">
      {icons.logs}
      <p>{words()}</p>
    </div>
  );
}
