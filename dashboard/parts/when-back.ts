import { useEffect, useRef } from "preact/hooks";
import { useDesk } from "../desk.ts";

/** Looks again once the server is heard that had gone: nobody has to press a button for that. */
export function useWhenBack(look: () => void): void {
  const { kind } = useDesk().connection.state.value;
  const wasAway = useRef(false);
  useEffect(() => {
    if (kind === "stale") wasAway.current = true;
    if (kind !== "live" || !wasAway.current) return;
    wasAway.current = false;
    look();
  }, [kind]);
}
