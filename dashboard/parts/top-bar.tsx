import type { ComponentChildren } from "preact";
import { useDesk } from "../desk.ts";
import { visibleLine } from "../domain/visible.ts";
import { type Page, pages } from "../store/route.ts";
import { icons, Mark } from "./icons.tsx";
import { PageLink } from "./link.tsx";

const isApple = /mac|iphone|ipad/i.test(navigator.platform);

/** Where one is, where one can go, and whether what one sees is so. */
export function TopBar({ onHelp, onPalette }: { onHelp: () => void; onPalette: () => void }) {
  const { session } = useDesk();
  const name = session.state.value.kind === "in" ? session.state.value.name : "";
  return (
    <header class="top-bar">
      <PageLink to="/" class="brand" aria-label="CC-Orchestrator: board">
        <Mark />
        <span>CC-Orchestrator</span>
      </PageLink>
      <nav class="places" aria-label="Pages">
        <Places />
      </nav>
      <div class="top-right">
        <Pulse />
        <button type="button" class="find wide-only" onClick={onPalette}>
          {icons.search}
          Go to …<kbd>{isApple ? "⌘" : "Ctrl "}K</kbd>
        </button>
        <button type="button" class="icon-button narrow-only" onClick={onPalette} aria-label="Go to a task or page">
          {icons.search}
        </button>
        <button
          type="button"
          class="icon-button wide-only"
          onClick={onHelp}
          aria-label="Keyboard shortcuts"
          title="Keys (?)"
        >
          {icons.question}
        </button>
        <button
          type="button"
          class="icon-button"
          onClick={() => void session.signOut()}
          aria-label="Sign out"
          title={`Sign out (${visibleLine(name)})`}
        >
          {icons.leave}
        </button>
      </div>
    </header>
  );
}

/** On a phone the pages are under the thumb. */
export function BottomBar() {
  return (
    <nav class="bottom-bar" aria-label="Pages, below">
      <Places />
    </nav>
  );
}

function Places() {
  const { route, tasks, runners, isAdmin } = useDesk();
  const page = route.page.value.name;
  const needed = tasks.needsYou.value;
  const online = runners.runners.value?.filter(({ state }) => state === "online").length ?? 0;
  const counts: Partial<Record<Page["name"], ComponentChildren>> = {
    board: needed > 0 ? <Count tone="bad" count={needed} says={`${needed} need you`} /> : null,
    runners: runners.runners.value === null ? null : <Count tone="neutral" count={online} says={`${online} online`} />,
  };
  return (
    <>
      {pages.map(({ name, to, title, icon }) => {
        if (name === "settings" && !isAdmin.value) return null;
        const isHere = page === name || (name === "board" && page === "task");
        return (
          <PageLink key={name} to={to} class="place" {...(isHere ? { "aria-current": "page" as const } : {})}>
            {icons[icon]}
            <span>{title}</span>
            {counts[name]}
          </PageLink>
        );
      })}
    </>
  );
}

function Count({ tone, count, says }: { tone: string; count: number; says: string }) {
  return (
    <span class={`count tone-${tone}`}>
      <span aria-hidden="true">{count}</span>
      <span class="unseen">{says}</span>
    </span>
  );
}

const words = { connecting: "Connecting", live: "Live", stale: "Not live" } as const;

function Pulse() {
  const { kind } = useDesk().connection.state.value;
  return (
    <span class={`pulse ${kind}`} role="status" title={kind === "live" ? "What you see is so right now." : ""}>
      <span class="pulse-dot" aria-hidden="true" />
      {words[kind]}
    </span>
  );
}
