/** Text that is HTML already; everything else is escaped on its way into a page. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Html | string | number | null | undefined | false | readonly Content[];

export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function flatten(content: Content): string {
  if (content instanceof Html) return content.text;
  if (content === null || content === undefined || content === false) return "";
  if (typeof content === "object") return content.map(flatten).join("");
  return escapeHtml(String(content));
}

/** A template whose values are escaped unless they are Html themselves; lists are joined. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  return new Html(strings.map((part, at) => part + (at < values.length ? flatten(values[at]) : "")).join(""));
}
