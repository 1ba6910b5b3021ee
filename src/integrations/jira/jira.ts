import { type Ear, type Elsewhere, ElsewhereBusyError } from "#operations/ports/elsewhere.ts";
import type { Task } from "#protocol/task.ts";
import { openJiraDoor } from "./door.ts";
import { type JiraPicture, jiraPicture } from "./picture.ts";
import { poll } from "./poll.ts";
import { type JiraProject, projectOf, selectionOf } from "./project.ts";
import { showTicket } from "./show.ts";
import { lookAtTicket } from "./source.ts";
import type { JiraUser } from "./ticket.ts";
import { type JiraSite, openWire, troubleIn } from "./wire.ts";

export type JiraOptions = JiraSite & {
  projects: readonly JiraProject[];
  /** Jira's people, by account id, name or e-mail, and their GitHub logins. */
  people: Readonly<Record<string, string>>;
  /** What its webhook signs with; none where it is asked by itself. */
  secrets: readonly string[];
  /** How often it is asked what has changed; less often where it tells. */
  pollMs?: number;
  clock: () => number;
};

const name = "jira";
const pollMs = 60_000;
/** For what a webhook did not tell. */
const slowPollMs = 10 * 60_000;

/** Tickets become tasks, and show how those stand. */
export function openJira(options: JiraOptions): Elsewhere {
  const { projects, people, kind, clock } = options;
  const url = options.url.replace(/\/+$/, "");
  const wire = openWire({ ...options, url }, clock);
  const users = new Map<string, JiraUser | null>();
  let myself: JiraUser | null = null;
  const me = async () => {
    myself ??= await wire.myself();
    return myself;
  };
  const of = { wire, kind, url, place: name, projects, people, me };
  let ear: Ear | null = null;
  let trouble: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  /** One look after another: two at once would carry out the same comment. */
  let last: Promise<unknown> = Promise.resolve();

  async function userOf(login: string): Promise<JiraUser | null> {
    const id = Object.entries(people).find(([, known]) => known.toLowerCase() === login.toLowerCase())?.[0];
    if (id === undefined) return null;
    if (!id.includes("@")) return { accountId: id, name: id };
    const known = users.get(id) ?? (await wire.user(id));
    users.set(id, known);
    return known;
  }

  function after(work: () => Promise<void>): Promise<void> {
    const next = last.then(() => (isClosed ? undefined : work()));
    last = next.catch(() => undefined);
    return next;
  }

  function pollNow(listening: Ear): void {
    clearTimeout(timer);
    const usual = options.pollMs ?? (options.secrets.length > 0 ? slowPollMs : pollMs);
    after(() => poll(of, listening, clock, () => isClosed))
      .then(
        () => {
          trouble = null;
          return usual;
        },
        (error: unknown) => {
          trouble = `What people do in Jira is not heard now: ${error instanceof Error ? error.message : String(error)}.`;
          return error instanceof ElsewhereBusyError ? Math.max(1_000, error.until - clock()) : Math.min(usual, pollMs);
        },
      )
      .then((pauseMs) => {
        if (!isClosed) timer = setTimeout(pollNow, pauseMs, listening);
      });
  }

  /** What a webhook pointed to. */
  function look(key: string): void {
    const listening = ear;
    if (listening === null) return;
    after(() => lookAtTicket(of, listening, key, null)).catch((error: unknown) => {
      listening.log.warn({ integration: name, ticket: key, error: String(error) }, "a ticket could not be looked at");
      pollNow(listening);
    });
  }

  return {
    kind: "jira",
    name,
    place: new URL(url).host,
    picture: (task, page) => {
      const project = projectFor(projects, task);
      return project === null ? null : jiraPicture(task, { page, assignee: project.assignee, fields: project.fields });
    },
    async show({ task, picture, before }) {
      const states = projectFor(projects, task)?.states ?? {};
      const step = { task, key: task.origin?.key ?? "", wanted: picture as JiraPicture, before };
      return showTicket({ wire, kind, me, userOf, states }, step);
    },
    async test() {
      const { displayName, name: login } = await wire.myself();
      for (const project of projects) {
        try {
          await wire.search(`${selectionOf(project)} AND updated >= "-1m"`);
        } catch (error) {
          throw new Error(`${project.project}: ${troubleIn(error)}`, { cause: error });
        }
      }
      const keys = projects.map(({ project }) => project).join(", ");
      return `Jira knows us as ${displayName ?? login ?? "somebody"}, and lets us search ${keys}.`;
    },
    listen(listening) {
      ear = listening;
      pollNow(listening);
    },
    deafness: () => trouble,
    ...(options.secrets.length === 0 ? {} : { door: openJiraDoor({ secrets: options.secrets, look }) }),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await last;
    },
  };
}

/** The project of a task that came from a ticket; null for all others. */
function projectFor(projects: readonly JiraProject[], { origin }: Task): JiraProject | null {
  if (origin?.kind !== "jira" || origin.place !== name) return null;
  return projects.find(({ project }) => project === projectOf(origin.key)) ?? null;
}
