/** What becomes of an HTML tag: GitHub's sanitiser decides what a person sees of it. */
export type Fate =
  /** The element and all in it are not shown. */
  | "hidden"
  /** Nothing of it may be read as Markdown until it ends. */
  | "raw"
  | "image"
  | "link"
  /** Kept, without its attributes. */
  | "structure"
  /** Only its content is shown. */
  | "transparent"
  | "unknown";

const words = (list: string) => new Set(list.split(" "));

const unseen = words(
  "script style template noembed noframes title textarea iframe object embed svg math noscript xmp plaintext head audio video canvas select datalist dialog map applet frameset meter progress",
);
const structure = words(
  "table thead tbody tfoot tr td th ul ol li dl dt dd code kbd samp br hr p h1 h2 h3 h4 h5 h6 blockquote",
);
const transparent = words(
  "details summary div span section article aside header footer main nav center b i u s em strong del ins sub sup small big tt var q cite abbr dfn mark time font caption colgroup col figure figcaption picture source address bdi bdo ruby rt rp wbr strike fieldset legend label form button input body html link meta base",
);
const empty = words("img input br hr wbr col source link meta base embed area");
const blocks = words(
  "address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead title tr track ul",
);

const unseenStyle =
  /display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?![.]?[1-9])|font(?:-size)?\s*:\s*0|(?:^|[^-\w])(?:max-)?(?:width|height)\s*:\s*[01](?:px|em|%|[;"'\s]|$)|text-indent\s*:\s*-|(?:left|top|right|bottom)\s*:\s*-\s*\d{2}|clip(?:-path)?\s*:|scale\(\s*0|color\s*:\s*(?:transparent|white|#fff)/i;
const unseenAttribute =
  /(?:^|\s)(?:hidden(?=$|[\s=/])|aria-hidden\s*=\s*["']?true|(?:width|height)\s*=\s*["']?[01](?:px)?["'\s]|color\s*=\s*["']?(?:white|#fff|transparent)|size\s*=\s*["']?0)/i;

/** @param name in lower case */
export function fateOf(name: string, attributes: string): Fate {
  if (unseen.has(name)) return "hidden";
  if (name === "img" || name === "image") return "image";
  if (unseenAttribute.test(`${attributes} `) || unseenStyle.test(attributes)) return "hidden";
  if (name === "a") return "link";
  if (name === "pre") return "raw";
  if (structure.has(name)) return "structure";
  return transparent.has(name) ? "transparent" : "unknown";
}

/** Whether the element has no content and no end tag. */
export function isEmptyElement(name: string): boolean {
  return empty.has(name);
}

/** Whether a line that begins with this tag begins a block of HTML, even when the tag never ends. */
export function isBlock(name: string): boolean {
  return blocks.has(name);
}

/** Where the element ends whose start tag ends at `from`; the end of the text when it is never closed. */
export function endOfElement(text: string, name: string, from: number): number {
  const tags = new RegExp(`<(/?)${name}(?=[\\s/>])[^>]*>`, "gi");
  tags.lastIndex = from;
  let depth = 1;
  for (let tag = tags.exec(text); tag !== null; tag = tags.exec(text)) {
    depth += tag[1] === "/" ? -1 : 1;
    if (depth === 0) return tags.lastIndex;
  }
  return text.length;
}

/** The address of a link, when it is one that a person could follow. */
export function hrefOf(attributes: string): string | null {
  const found = /(?:^|\s)href\s*=\s*(?:"([^"]{0,500})"|'([^']{0,500})')/i.exec(attributes);
  const href = (found?.[1] ?? found?.[2] ?? "").trim();
  return /^https?:\/\/[^\s<>]+$/i.test(href) ? href : null;
}
