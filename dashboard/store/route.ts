import { computed, type ReadonlySignal, signal } from "@preact/signals";

export type Page =
  | { name: "board" }
  | { name: "task"; task: string }
  | { name: "runners" }
  | { name: "logs" }
  | { name: "insights" }
  | { name: "settings" }
  | { name: "unknown"; path: string };

/** The pages that one can go to from anywhere, in the order of the bar. */
export const pages = [
  { name: "board", to: "/", title: "Board", icon: "board", key: "1" },
  { name: "runners", to: "/runners", title: "Runners", icon: "runners", key: "2" },
  { name: "logs", to: "/logs", title: "Logs", icon: "logs", key: "3" },
  { name: "insights", to: "/insights", title: "Insights", icon: "insights", key: "4" },
  { name: "settings", to: "/settings", title: "Settings", icon: "settings", key: "5" },
] as const;

export type RouteStore = {
  page: ReadonlySignal<Page>;
  query: ReadonlySignal<URLSearchParams>;
  /** Goes to an address of this dashboard. */
  go(address: string): void;
  /** Changes the query in place: a filter makes no history. Null and "" take a key out. */
  filter(changes: Record<string, string | null>): void;
};

/** The address bar as signals. */
export function openRoute(window: Pick<Window, "location" | "history" | "addEventListener">): RouteStore {
  const read = () => `${window.location.pathname}${window.location.search}`;
  const address = signal(read());
  window.addEventListener("popstate", () => {
    address.value = read();
  });
  const query = computed(() => new URL(address.value, "http://x").searchParams);
  return {
    page: computed(() => pageAt(new URL(address.value, "http://x").pathname)),
    query,
    go: (to) => {
      if (to === address.value) return;
      window.history.pushState(null, "", to);
      address.value = read();
    },
    filter: (changes) => {
      const next = new URLSearchParams(query.value);
      for (const [key, value] of Object.entries(changes)) {
        if (value === null || value === "") next.delete(key);
        else next.set(key, value);
      }
      window.history.replaceState(null, "", `${window.location.pathname}${next.size > 0 ? `?${next}` : ""}`);
      address.value = read();
    },
  };
}

export function pageAt(path: string): Page {
  const known = pages.find(({ to }) => to === path);
  if (known !== undefined) return { name: known.name };
  const task = /^\/tasks\/(TASK-[1-9]\d{0,8})$/.exec(path)?.[1];
  return task === undefined ? { name: "unknown", path } : { name: "task", task };
}
