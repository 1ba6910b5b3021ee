import { useEffect } from "preact/hooks";
import { useDesk } from "../desk.ts";

type Ahead = { fetchIt: () => Promise<void> };

/** Once the first page stands and nothing else is to do, the others are fetched: they open at once, and without the server. */
export function useFetchAhead(parts: readonly Ahead[]): void {
  const isLive = useDesk().connection.state.value.kind === "live";
  useEffect(() => {
    if (!isLive) return;
    const fetchAll = () => {
      // Whoever opens a page that did not come is told there.
      for (const part of parts) part.fetchIt().catch(() => undefined);
    };
    // Safari has no such callback.
    if (typeof requestIdleCallback !== "function") {
      const timer = setTimeout(fetchAll, 1_500);
      return () => clearTimeout(timer);
    }
    const asked = requestIdleCallback(fetchAll, { timeout: 3_000 });
    return () => cancelIdleCallback(asked);
  }, [isLive, parts]);
}
