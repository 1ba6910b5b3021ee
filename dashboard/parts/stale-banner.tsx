import { useDesk } from "../desk.ts";
import { lasting } from "../domain/numbers.ts";
import { icons } from "./icons.tsx";

/** Says how old what one sees is, while the server cannot be heard. A blink of the network is not worth a word. */
export function StaleBanner() {
  const { connection, clock } = useDesk();
  const state = connection.state.value;
  if (state.kind !== "stale") return null;
  const ms = clock.second.value - state.since;
  if (ms < 1_500) return null;
  return (
    <div class="banner tone-attention" role="alert">
      {icons.warning}
      <span>
        The server does not answer. What you see is <strong class="numbers">{lasting(ms)}</strong> old; it catches up by
        itself.
      </span>
    </div>
  );
}
