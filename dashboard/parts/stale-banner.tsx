import { useDesk } from "../desk.ts";
import { lasting } from "../domain/numbers.ts";
import { icons } from "./icons.tsx";

/** Says how old what one sees is, while the server cannot be heard. A blink of the network is not worth a word. */
export function StaleBanner() {
  const { connection, clock, tasks } = useDesk();
  const state = connection.state.value;
  if (state.kind !== "stale") return null;
  const ms = clock.second.value - state.since;
  if (ms < 1_500) return null;
  return (
    <div class="banner tone-attention" role="alert">
      {icons.warning}
      <span>
        {navigator.onLine ? "The server does not answer." : "This device is offline."}{" "}
        {tasks.tasks.value === null ? (
          <>It is tried again all the time, for {lasting(ms)} now.</>
        ) : (
          <>
            What you see is <strong class="numbers">{lasting(ms)}</strong> old; it catches up by itself.
          </>
        )}
      </span>
    </div>
  );
}
