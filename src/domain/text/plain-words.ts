const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": " ",
  "&amp;": "&",
};

/**
 * What we write for GitHub, for places that read no Markdown of GitHub's: without its marks, still in lines. The answer
 * is text, and whoever shows it takes care that it stays that.
 */
export function plainWords(markdown: string): string {
  return markdown
    .replace(/<\/?(?:sub|sup|b|i|em|strong|details|summary|br)\s*\/?>/g, "")
    .replace(/\*\*/g, "")
    .replace(/`+/g, "")
    .replace(/\\([\\*_~#>[\]()!|-])/g, "$1")
    .replace(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => entities[entity] ?? entity)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
