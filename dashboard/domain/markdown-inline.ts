export type Inline =
  | { kind: "text" | "code"; text: string }
  | { kind: "strong" | "em" | "del"; content: Inline[] }
  | { kind: "link"; to: string; content: Inline[] };

const deepest = 5;

/**
 * Marks within a line. Each alternative is bounded, so that no text takes long to read. Only addresses of the web become
 * links; pictures become links too, since showing one would tell its server who is looking.
 */
const marks =
  /(`{1,3})([^`]{1,2000}?)\1(?!`)|!?\[([^[\]]{0,500})\]\((https?:\/\/[^\s()<>]{1,1000})\)|\*\*(?=\S)([^\n]{1,1000}?\S|\S)\*\*|(?<![\w*])\*(?=[^\s*])([^*\n]{1,1000})\*(?![\w*])|(?<!\w)_(?=[^\s_])([^_\n]{1,1000})_(?!\w)|~~(?=\S)([^~\n]{1,1000})~~|(https?:\/\/[^\s<>()"'`*\]]{1,1000})|\\([\\`*_{}[\]()#+.!|~-])/g;

/** The text with its marks as a tree. */
export function inlinesOf(text: string, depth = 0): Inline[] {
  const found: Inline[] = [];
  const add = (plain: string) => {
    const last = found.at(-1);
    if (last?.kind === "text") last.text += plain;
    else if (plain !== "") found.push({ kind: "text", text: plain });
  };
  if (depth > deepest) return [{ kind: "text", text }];
  let at = 0;
  for (const match of text.matchAll(marks)) {
    add(text.slice(at, match.index));
    at = match.index + match[0].length;
    const [, , code, label, address, strong, em, em2, del, bare, escaped] = match;
    const within = (inner: string) => inlinesOf(inner, depth + 1);
    if (code !== undefined) found.push({ kind: "code", text: code });
    else if (address !== undefined) found.push({ kind: "link", to: address, content: within(label || address) });
    else if (strong !== undefined) found.push({ kind: "strong", content: within(strong) });
    else if (em !== undefined || em2 !== undefined) found.push({ kind: "em", content: within(em ?? em2 ?? "") });
    else if (del !== undefined) found.push({ kind: "del", content: within(del) });
    else if (bare !== undefined) {
      const to = bare.replace(/[.,;:!?]+$/, "");
      found.push({ kind: "link", to, content: [{ kind: "text", text: to }] });
      add(bare.slice(to.length));
    } else add(escaped ?? match[0]);
  }
  add(text.slice(at));
  return found;
}
