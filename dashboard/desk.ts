import { computed, effect, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { LiveEvent } from "#protocol/live.ts";
import { callerWith } from "./api/call.ts";
import { filterOf } from "./domain/filter.ts";
import { lineFilterOf } from "./domain/line-filter.ts";
import { browserAlerts, openAlerts } from "./store/alerts.ts";
import { openAllLogs } from "./store/all-logs.ts";
import { openAnswer } from "./store/answer.ts";
import { openChanges } from "./store/changes.ts";
import { openClock } from "./store/clock.ts";
import { openConnection } from "./store/connection.ts";
import { openIntegrations } from "./store/integrations.ts";
import { openLogHistory } from "./store/log-history.ts";
import { openOpenLog } from "./store/open-log.ts";
import { openRoute } from "./store/route.ts";
import { openRunnerStore } from "./store/runners.ts";
import { browserPlace, openSessionStore } from "./store/session.ts";
import { openSignInWays } from "./store/sign-in-ways.ts";
import { soon } from "./store/soon.ts";
import { openTaskStore } from "./store/tasks.ts";
import { openTeam } from "./store/team.ts";
import { openToasts } from "./store/toasts.ts";
import { openWhy } from "./store/why.ts";

export type Desk = ReturnType<typeof openDesk>;

/** All stores, tied together: what components read from and emit to. */
export function openDesk(window: Window) {
  const session = openSessionStore(browserPlace());
  const pageKey = () => (session.state.value.kind === "in" ? session.state.value.pageKey : null);
  const name = () => (session.state.value.kind === "in" ? session.state.value.name : "");
  /** Whether who is signed in may everything here; others may what their roles in the repositories allow. */
  const isAdmin = computed(() => session.state.value.kind === "in" && session.state.value.isAdmin);
  const call = callerWith(pageKey);
  const ways = openSignInWays(call);
  const route = openRoute(window);
  const clock = openClock();
  const toasts = openToasts();
  const tasks = openTaskStore({
    call,
    filter: computed(() => filterOf(route.query.value)),
    minute: clock.minute,
    name,
  });
  const team = openTeam({ call, name, say: toasts.say });
  const runners = openRunnerStore(call, name);
  const openLog = openOpenLog(call);
  const logs = openAllLogs(
    computed(() => lineFilterOf(route.query.value)),
    {
      runnerOf: (name, runId) => {
        const runs = tasks.tasks.value?.get(name)?.runs ?? [];
        const run = runs.find(({ id }) => id === runId) ?? runs.findLast(({ runner }) => runner !== null);
        return run?.runner ?? null;
      },
      minute: clock.minute,
    },
  );
  const history = openLogHistory(call, logs.found);
  const lookBack = () => history.look(lineFilterOf(route.query.value), Date.now());
  // What the others in the queue wait for changes with it, and nobody tells of that.
  const lookAtQueue = soon(() => {
    // The connection's own look makes up for one that fails.
    if (tasks.hasQueue()) tasks.load().catch(() => undefined);
  }, queueLookMs);
  // Each heartbeat rings: the charts look when somebody looks at them.
  const lookAtLoads = soon(() => {
    if (route.page.value.name === "runners") runners.loadLoads().catch(() => undefined);
  }, loadLookMs);
  const connection = openConnection({
    changed: (body: LiveEvent["body"]) => {
      if (body.kind === "task") {
        if (tasks.changed(body.task)) lookAtQueue();
      } else if (body.kind === "runner") {
        if (runners.changed(body.runner)) lookAtQueue();
        lookAtLoads();
      } else if (body.kind === "presence") team.came(body);
      else if (body.kind === "act") team.did(body);
      else {
        openLog.added(body.task, body.lines);
        // Before anybody looks at all lines nobody has to keep them: the server has them.
        if (history.state.value !== "idle") logs.added(body.task, body.runId, body.lines);
      }
    },
    load: async (isGap) => {
      await Promise.all([tasks.load(), runners.load(), openLog.load(), team.load()]);
      // What was said meanwhile: as far as it is not there, the look back goes on with it.
      if (isGap && history.state.value !== "idle") await lookBack();
    },
    signedOut: session.end,
  });
  effect(() => {
    const key = session.state.value.kind === "in" ? session.state.value.pageKey : null;
    if (key === null) connection.close();
    else connection.open(key);
  });
  const alerts = openAlerts(browserAlerts(route.go));
  effect(() => {
    if (tasks.tasks.value !== null) alerts.needed(tasks.needed.value);
  });
  const insights = openAnswer((days: number) => call("showInsights", { query: { days } }));
  const operating = openAnswer(() => call("showOperating"));
  const integrations = openIntegrations(call);
  const audit = openAnswer(async () => (await call("listAudit")).entries);
  const changes = openChanges(call, name);
  /** The task whose card is being dragged. */
  const dragged = signal<string | null>(null);
  const why = openWhy(call);
  /** The task that somebody is asked about: whether to stop or forget it, or what to change of it. */
  const asking = signal<{ about: "stop" | "remove" | "edit"; task: string } | null>(null);
  /** Counts up when the field for words to Claude is wanted. */
  const wordsCalled = signal(0);
  return {
    session,
    isAdmin,
    ways,
    team,
    route,
    clock,
    toasts,
    tasks,
    runners,
    openLog,
    logs,
    history,
    lookBack,
    connection,
    alerts,
    insights,
    operating,
    audit,
    integrations,
    changes,
    dragged,
    why,
    asking,
    wordsCalled,
  };
}

/** Changes come in swarms: one look for each swarm. */
const queueLookMs = 600;

const loadLookMs = 5_000;

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error("This component is not within the desk.");
  return desk;
}
