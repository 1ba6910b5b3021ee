import type { Integration } from "#protocol/integration.ts";
import type { Operating, SettingNow } from "#protocol/operating.ts";
import type { World } from "./ports/world.ts";

const mostTasks = 5_000;
const mostCommands = 5_000;

/** How this control plane is set up: what the operator has set, what the repositories have, who is about. */
export function showOperating(
  world: World,
  of: { settings: readonly SettingNow[]; integrations: readonly Integration[] },
): Operating {
  return {
    settings: [...of.settings],
    integrations: [...of.integrations],
    policies: policiesOf(world),
    people: peopleOf(world),
  };
}

function policiesOf(world: World): Operating["policies"] {
  const { store } = world;
  const problems = new Map(store.policies.problems().map(({ repository, problem }) => [repository, problem]));
  const known = store.tasks.repositories().map(({ id, name }) => {
    const text = store.policies.get(id)?.text ?? "";
    const readAt = store.policies.readAt(id);
    return {
      repository: name,
      text: text.trim() === "" ? null : text,
      readAt: readAt === 0 ? null : new Date(readAt).toISOString(),
      problem: problems.get(name) ?? null,
    };
  });
  // A file that was never sound has let no task come into being.
  const strangers = [...problems].filter(([name]) => !known.some(({ repository }) => repository === name));
  return [...known, ...strangers.map(([repository, problem]) => ({ repository, text: null, readAt: null, problem }))];
}

function peopleOf({ store }: World): Operating["people"] {
  const people = new Map<string, { asked: number; commands: number; lastAt: number }>();
  const met = (login: string, at: number) => {
    const known = people.get(login) ?? { asked: 0, commands: 0, lastAt: 0 };
    known.lastAt = Math.max(known.lastAt, at);
    people.set(login, known);
    return known;
  };
  for (const task of store.tasks.list({ limit: mostTasks })) met(task.requestedBy, task.createdAt).asked += 1;
  for (const command of store.commands.newest(mostCommands)) met(command.by, command.at).commands += 1;
  return [...people]
    .map(([login, { lastAt, ...counts }]) => ({ login, ...counts, lastAt: new Date(lastAt).toISOString() }))
    .sort((one, other) => other.lastAt.localeCompare(one.lastAt));
}
