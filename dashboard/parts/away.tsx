import { useDesk } from "../desk.ts";
import { icons } from "./icons.tsx";

/** Whether the server cannot be heard: what is not here yet cannot come now. */
export function useIsAway(): boolean {
  return useDesk().connection.state.value.kind === "stale";
}

/** In place of what never came, as the server went before; the banner says for how long it has been tried. */
export function Away({ what }: { what: string }) {
  return (
    <div class="blank" role="status">
      {icons.warning}
      <p>{what} could not be loaded. They appear as soon as the server answers.</p>
    </div>
  );
}
