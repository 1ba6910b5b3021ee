import { type Comment, type Person, person, type Ticket } from "./ticket.ts";

/** What a Jira holds. */
export type JiraWorld = ReturnType<typeof openJiraWorld>;

export function openJiraWorld({ kind, clock }: { kind: "cloud" | "server"; clock: () => number }) {
  const bot = person("bot", "bot@acme.test", "Claude");
  const ada = person("ada", "ada@acme.test", "Ada");
  const eve = person("eve", "eve@acme.test", "Eve");
  const tickets = new Map<string, Ticket>();
  let ids = 10_000;
  const nextId = () => {
    ids += 1;
    return ids;
  };
  function ticketOf(key: string): Ticket {
    const ticket = tickets.get(key);
    if (ticket === undefined) throw new Error(`there is no ${key}`);
    return ticket;
  }
  function addComment(key: string, author: Person, body: unknown): Comment {
    const ticket = ticketOf(key);
    const made = { id: String(nextId()), author, body, created: clock(), edits: 0 };
    ticket.comments.push(made);
    ticket.updated = clock();
    return made;
  }
  return {
    kind,
    clock,
    people: { bot, ada, eve },
    tickets,
    /** Statuses that no transition leads to. */
    unreachable: new Set<string>(),
    /** What was asked that Jira would not understand. */
    violations: [] as string[],
    nextId,
    ticketOf,
    addComment,
  };
}
