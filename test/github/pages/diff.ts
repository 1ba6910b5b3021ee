import type { FileChange } from "../git/history.ts";
import { type Html, html } from "./html.ts";

function line(text: string): Html {
  const kind = text.startsWith("+") ? "a" : text.startsWith("-") ? "d" : text.startsWith("@@") ? "h" : "";
  return html`<div class="${kind}">${text || " "}</div>`;
}

/** Changed files with their coloured hunks. */
export function diff(files: readonly FileChange[]): Html {
  if (files.length === 0) return html`<div class="box"><div class="empty">No changes.</div></div>`;
  return html`${files.map(
    (
      file,
    ) => html`<div class="box"><div class="head"><strong class="mono">${file.previousPath !== null && `${file.previousPath} → `}${file.path}</strong>
<span class="tag">${file.status}</span> <span class="plus">+${file.additions}</span> <span class="minus">−${file.deletions}</span></div>
${file.patch === null ? html`<div class="pad soft">Nothing to show.</div>` : html`<div class="diff">${file.patch.split("\n").map(line)}</div>`}</div>`,
  )}`;
}
