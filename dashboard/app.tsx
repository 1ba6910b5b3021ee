import { useSignal, useSignalEffect } from "@preact/signals";
import { useDesk } from "./desk.ts";
import { Board } from "./pages/board.tsx";
import { NotFound } from "./pages/not-found.tsx";
import { Runners } from "./pages/runners.tsx";
import { SignIn } from "./pages/sign-in.tsx";
import { Asking } from "./parts/asking.tsx";
import { useFetchAhead } from "./parts/fetch-ahead.ts";
import { KeyHelp } from "./parts/key-help.tsx";
import { useKeyboard } from "./parts/keyboard.ts";
import { lazy } from "./parts/lazy.tsx";
import { Palette } from "./parts/palette.tsx";
import { StaleBanner } from "./parts/stale-banner.tsx";
import { Toasts } from "./parts/toasts.tsx";
import { BottomBar, TopBar } from "./parts/top-bar.tsx";
import { pages } from "./store/route.ts";

const TaskPage = lazy(async () => (await import("./pages/task.tsx")).TaskPage, "Loading the task");
const Insights = lazy(async () => (await import("./pages/insights.tsx")).Insights, "Loading insights");
const Logs = lazy(async () => (await import("./pages/logs.tsx")).Logs, "Loading the logs");
const Settings = lazy(async () => (await import("./pages/settings.tsx")).Settings, "Loading settings");
const later = [TaskPage, Insights, Logs, Settings];

/** The frame around the pages, or the door where nobody is signed in. */
export function App() {
  const { session } = useDesk();
  return session.state.value.kind === "in" ? <Inside /> : <SignIn />;
}

function Inside() {
  const desk = useDesk();
  const isHelpOpen = useSignal(false);
  const isPaletteOpen = useSignal(false);
  useKeyboard(desk, { isHelpOpen, isPaletteOpen });
  useTitle();
  useFetchAhead(later);
  return (
    <div class="frame">
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <TopBar onHelp={() => (isHelpOpen.value = true)} onPalette={() => (isPaletteOpen.value = true)} />
      <StaleBanner />
      <main id="content" tabIndex={-1}>
        <CurrentPage />
      </main>
      <BottomBar />
      <Toasts />
      <KeyHelp isOpen={isHelpOpen} />
      <Palette isOpen={isPaletteOpen} onHelp={() => (isHelpOpen.value = true)} />
      <Asking />
    </div>
  );
}

function CurrentPage() {
  const page = useDesk().route.page.value;
  switch (page.name) {
    case "board":
      return <Board />;
    case "task":
      return <TaskPage key={page.task} name={page.task} />;
    case "runners":
      return <Runners />;
    case "logs":
      return <Logs />;
    case "insights":
      return <Insights />;
    case "settings":
      return <Settings />;
    case "unknown":
      return <NotFound path={page.path} />;
  }
}

const titles = {
  ...(Object.fromEntries(pages.map(({ name, title }) => [name, title])) as Record<
    (typeof pages)[number]["name"],
    string
  >),
  unknown: "Not found",
};

/** The tab tells how many tasks need somebody, also while it is not the one in front. */
function useTitle(): void {
  const { route, tasks } = useDesk();
  useSignalEffect(() => {
    const count = tasks.needsYou.value;
    const page = route.page.value;
    const title = page.name === "task" ? page.task : titles[page.name];
    document.title = `${count > 0 ? `(${count}) ` : ""}${title} · CC-Orchestrator`;
    const icon = document.getElementById("favicon");
    icon?.setAttribute("href", `/favicon-${count > 9 ? "many" : count}.svg`);
  });
}
