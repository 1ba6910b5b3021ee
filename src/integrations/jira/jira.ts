import { type Ear, type Elsewhere, ElsewhereBusyError } from "#operations/ports/elsewhere.ts";
import type { Task } from "#protocol/task.ts";
import { openJiraDoor } from "./door.ts";
import { type JiraPicture, jiraPicture } from "./picture.ts";
import { type JiraProject, projectOf, selectionOf } from "./project.ts";
import { showTicket } from "./show.ts";
import { lookAtTicket } from "./source.ts";
import type { JiraUser } from "./ticket.ts";
import { type JiraSite, openWire } from "./wire.ts";

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
/** The Cloud's index may be behind by this much: it is looked through once more. */
const indexMinutes = 5;
/** Longer ago than this nothing is looked for. */
const lookBackMs = 7 * 24 * 60 * 60_000;

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

  /** Everything that has changed since the last time that all of it went well. */
  async function poll(listening: Ear): Promise<void> {
    const { marks } = listening;
    const began = clock();
    const since = marks.get("polled");
    // Relative, since the site takes an instant for one in the time zone of our account's profile.
    const minutes =
      since === null ? null : Math.ceil(Math.min(lookBackMs, began - Number(since)) / 60_000) + indexMinutes;
    const recent = minutes === null ? "" : ` AND updated >= "-${minutes}m"`;
    const failed: unknown[] = [];
    for (const project of projects) {
      const selected = await wire.search(`${selectionOf(project)}${recent} ORDER BY updated ASC`);
      const touched =
        minutes === null ? [] : await wire.search(`project = "${project.project}"${recent} ORDER BY updated ASC`);
      const keys = new Map(selected.map((one) => [one.key, { ...one, isSelected: true }]));
      for (const one of touched)
        if (!keys.has(one.key) && listening.taskOf(one.key) !== null) keys.set(one.key, { ...one, isSelected: false });
      for (const { key, updated, isSelected } of keys.values()) {
        if (isClosed) return;
        // What was looked at a moment ago is found by the next query, too.
        if (marks.get(`looked ${key}`) === updated) continue;
        try {
          await lookAtTicket(of, listening, key, isSelected);
          marks.put(`looked ${key}`, updated);
        } catch (error) {
          if (error instanceof ElsewhereBusyError) throw error;
          failed.push(error);
          listening.log.warn(
            { integration: name, ticket: key, error: String(error) },
            "a ticket could not be looked at",
          );
        }
      }
    }
    if (failed.length > 0) throw failed[0];
    marks.put("polled", String(began));
  }

  function pollNow(listening: Ear): void {
    clearTimeout(timer);
    const usual = options.pollMs ?? (options.secrets.length > 0 ? slowPollMs : pollMs);
    after(() => poll(listening))
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
      await wire.myself();
      for (const project of projects) await wire.search(`${selectionOf(project)} AND updated >= "-1m"`);
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
