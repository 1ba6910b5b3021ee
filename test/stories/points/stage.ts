import { setTimeout as pause } from "node:timers/promises";
import type { Call, Client } from "#protocol/client.ts";
import type { ResponseOf, RouteName } from "#protocol/routes.ts";
import type { Task } from "#protocol/task.ts";
import type { GitHubStandIn } from "#test/github/github.ts";
import { repo as website } from "../website.ts";

/** Where a part of the story is told: its issue, in its repository. */
export type Place = { repo: string; number: number };

/** What people of a story have before them while the control plane is killed again and again. */
export type Stage = {
  github: GitHubStandIn;
  /** The place of each part, once its issue is open. */
  places: Map<string, Place>;
  /** Calls the control plane as its operator, again and again until it answers; null when it refuses. */
  operator: Client;
  /** The same, without insisting: null when there was no answer. */
  once: <N extends RouteName>(name: N, call: Call<N>) => Promise<ResponseOf<N> | null>;
  /** How many times it has been started. */
  lives(): number;
  isUp(): boolean;
  /** Kills it between two steps: what it only looks at now and then it looks at when it begins. */
  restart(): void;
};

/** Something that a person does as soon as it is possible, once; answers false where it has to be done again. */
export type Act = { name: string; can?(stage: Stage): boolean | Promise<boolean>; act(stage: Stage): unknown };

export function placeOf({ places }: Pick<Stage, "places">, part: string): Place {
  const place = places.get(part);
  if (place === undefined) throw new Error(`there is no issue for ${part}`);
  return place;
}

/** The state labels of a part's issue; null while there is no issue. */
export function shownOf({ github, places }: Pick<Stage, "github" | "places">, part: string): string | null {
  const place = places.get(part);
  if (place === undefined) return null;
  const { labels } = github.issue(place.repo, place.number);
  return labels.filter((name) => /^claude:(?!high$|low$|plan$)/.test(name)).join();
}

export function pullOf(stage: Pick<Stage, "github" | "places">, part: string) {
  const { repo, number } = placeOf(stage, part);
  return stage.github.pulls(repo).find(({ headRef }) => headRef.startsWith(`claude/${number}-`));
}

export async function taskOf(stage: Stage, part: string): Promise<Task | undefined> {
  const place = stage.places.get(part);
  if (place === undefined) return undefined;
  const tasks = (await stage.operator("listTasks", {}))?.tasks ?? [];
  return tasks.find(({ repository, issue }) => repository === place.repo && issue?.number === place.number);
}

/** Opens the part's issue, once. */
export function opened({ github, places }: Stage, part: string, of: { title: string; by?: string; repo?: string }) {
  const known = places.get(part);
  if (known !== undefined) return known;
  const repo = of.repo ?? website;
  const number = github.as(of.by ?? "ada").openIssue(repo, { title: of.title, body: "Say bonjour." });
  const place = { repo, number };
  places.set(part, place);
  return place;
}

/** Does what people do as soon as it can be done. */
export function playing(stage: Stage, acts: readonly Act[]) {
  const waiting: Act[] = [...acts];
  const stopping = new AbortController();
  const loop = (async () => {
    while (waiting.length > 0 && !stopping.signal.aborted) {
      for (const act of [...waiting]) {
        if (act.can !== undefined && !(await act.can(stage))) continue;
        if ((await act.act(stage)) === false) continue;
        waiting.splice(waiting.indexOf(act), 1);
      }
      await pause(20);
    }
  })();
  loop.catch((error: unknown) => console.error(error));
  return {
    isOver: () => waiting.length === 0,
    left: () => waiting.map(({ name }) => name),
    close: async () => {
      stopping.abort();
      await loop;
    },
  };
}
