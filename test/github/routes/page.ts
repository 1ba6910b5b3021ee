import type { Answer, Question } from "./route.ts";

const largestPage = 100;

/**
 * One page of a list, with the Link header that Octokit's paginate follows. More than 100 a page gives 100, as GitHub.
 * `wrap` makes the body of lists that come inside an object with `total_count`.
 */
export function page<Item>(
  question: Question,
  items: readonly Item[],
  render: (item: Item) => unknown,
  wrap: (rendered: unknown[], total: number) => unknown = (rendered) => rendered,
): Answer {
  const { query, world, params } = question;
  const size = Math.min(Math.max(Number(query.get("per_page") ?? 30) || 30, 1), largestPage);
  const number = Math.max(Number(query.get("page") ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const rendered = items.slice((number - 1) * size, number * size).map(render);
  const link = (to: number, name: string): string => {
    const target = new URLSearchParams(query);
    target.set("page", String(to));
    return `<${world.links.apiUrl}${params[pathKey] ?? ""}?${target}>; rel="${name}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, "prev"), link(1, "first")] : []),
    ...(number < last ? [link(number + 1, "next"), link(last, "last")] : []),
  ];
  return {
    status: 200,
    body: wrap(rendered, items.length),
    ...(links.length > 0 ? { headers: { link: links.join(", ") } } : {}),
  };
}

/** Where the request's own path travels in its params: no template uses this name. */
export const pathKey = ":path";

/** Wraps a page as `{ total_count, [name]: items }`. */
export function counted(name: string): (rendered: unknown[], total: number) => unknown {
  return (rendered, total) => ({ total_count: total, [name]: rendered });
}
