/** What a query looks at. */
export type Queried = {
  key: string;
  project: string;
  labels: readonly string[];
  status: string;
  category: string;
  updated: number;
};

/** The query cannot be read; in Jira's words. */
export class JqlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "JqlError";
  }
}

type Test = (ticket: Queried) => boolean;

/**
 * A part of Jira's query language: clauses with =, !=, in and >= on project, key, labels, status, statusCategory and
 * updated, joined by AND and OR, in parentheses, with an ORDER BY that is not looked at.
 */
export function parseJql(jql: string, now: number): Test {
  const tokens = jql.match(/"(?:[^"\\]|\\.)*"|>=|!=|[=(),]|[^\s=(),!>]+/g) ?? [];
  let at = 0;
  const next = () => tokens[at++] ?? "";
  const peek = () => (tokens[at] ?? "").toUpperCase();
  const value = () => {
    const token = next();
    return token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/g, "$1") : token;
  };
  function any(): Test {
    const tests = [all()];
    while (peek() === "OR") {
      next();
      tests.push(all());
    }
    return (ticket) => tests.some((test) => test(ticket));
  }
  function all(): Test {
    const tests = [one()];
    while (peek() === "AND") {
      next();
      tests.push(one());
    }
    return (ticket) => tests.every((test) => test(ticket));
  }
  function one(): Test {
    if (peek() !== "(") return clause();
    next();
    const inner = any();
    if (next() !== ")") throw new JqlError("Expecting ')'");
    return inner;
  }
  function clause(): Test {
    const field = value().toLowerCase();
    const operator = next().toLowerCase();
    if (operator === "in") {
      if (next() !== "(") throw new JqlError("Expecting '('");
      const wanted: string[] = [];
      while (peek() !== ")") {
        const found = value();
        if (found === "") throw new JqlError("Expecting ')'");
        if (found !== ",") wanted.push(found);
      }
      next();
      return (ticket) => wanted.some((word) => has(ticket, field, word));
    }
    const word = value();
    if (operator === "=") return (ticket) => has(ticket, field, word);
    if (operator === "!=") return (ticket) => !has(ticket, field, word);
    const minutes = /^-(\d+)m$/.exec(word)?.[1];
    if (operator === ">=" && field === "updated" && minutes !== undefined)
      return ({ updated }) => updated >= now - Number(minutes) * 60_000;
    throw new JqlError(`Error in the JQL Query: '${operator}' is not understood.`);
  }
  const test = any();
  if (at < tokens.length && peek() !== "ORDER")
    throw new JqlError(`Error in the JQL Query: Expecting operator but got '${tokens[at]}'.`);
  return test;
}

function has(ticket: Queried, field: string, word: string): boolean {
  const same = (other: string) => other.toLowerCase() === word.toLowerCase();
  switch (field) {
    case "project":
      return same(ticket.project);
    case "key":
    case "issue":
      return same(ticket.key);
    case "labels":
      return ticket.labels.includes(word);
    case "status":
      return same(ticket.status);
    case "statuscategory":
      return (
        same({ new: "To Do", indeterminate: "In Progress", done: "Done" }[ticket.category] ?? "") ||
        same(ticket.category)
      );
    default:
      throw new JqlError(`Field '${field}' does not exist or you do not have permission to view it.`);
  }
}
