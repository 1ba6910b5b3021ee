/** The one style sheet of the stand-in's pages; follows the reader's light or dark setting. */
export const style = `
:root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --paper: #fff; --shade: #f6f8fa;
  --link: #0969da; --green: #1a7f37; --purple: #8250df; --red: #cf222e; --amber: #9a6700; --grey: #59636e;
  --add: #dafbe1; --del: #ffebe9; --hunk: #ddf4ff; }
@media (prefers-color-scheme: dark) { :root { --ink: #f0f6fc; --soft: #9198a1; --line: #3d444d; --paper: #0d1117;
  --shade: #151b23; --link: #4493f8; --green: #3fb950; --purple: #ab7df8; --red: #f85149; --amber: #d29922; --grey: #9198a1;
  --add: #12261e; --del: #25171c; --hunk: #0c2d4b; } }
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.5 system-ui, "Segoe UI", sans-serif; color: var(--ink); background: var(--paper); }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
header { background: var(--shade); border-bottom: 1px solid var(--line); padding: 10px 16px; display: flex; flex-wrap: wrap;
  gap: 8px 20px; align-items: center; }
header .name { font-weight: 600; font-size: 16px; } header nav { display: flex; gap: 14px; } header form { margin-left: auto; }
header .note { color: var(--soft); font-size: 12px; }
nav a { color: var(--ink); padding: 2px 0; } nav a[aria-current] { border-bottom: 2px solid #fd8c73; font-weight: 600; }
main { max-width: 1040px; margin: 0 auto; padding: 18px 16px 60px; }
h1 { font-size: 22px; font-weight: 500; margin: 0 0 6px; overflow-wrap: anywhere; } h1 .number { color: var(--soft); font-weight: 300; }
.meta, .soft { color: var(--soft); } .mono, code, pre, .diff { font-family: ui-monospace, SFMono-Regular, Menlo, monospace; font-size: 12px; }
.box { border: 1px solid var(--line); border-radius: 6px; margin: 14px 0; overflow: hidden; }
.box > .head { background: var(--shade); padding: 8px 14px; border-bottom: 1px solid var(--line); display: flex; gap: 8px;
  flex-wrap: wrap; align-items: center; } .box > .head:last-child { border-bottom: 0; }
.row { display: flex; gap: 10px; align-items: baseline; padding: 9px 14px; border-top: 1px solid var(--line); flex-wrap: wrap; }
.row:first-child { border-top: 0; } .row .grow { flex: 1; min-width: 200px; overflow-wrap: anywhere; } .row .title { font-weight: 600; color: var(--ink); }
.pad { padding: 12px 14px; } .empty { padding: 28px; text-align: center; color: var(--soft); }
.label, .badge { display: inline-block; border-radius: 2em; padding: 0 8px; font-size: 12px; font-weight: 500; line-height: 20px; white-space: nowrap; }
.badge { color: #fff; padding: 3px 12px; font-size: 13px; } .badge.open { background: #1f883d; } .badge.closed, .badge.merged { background: #8250df; }
.badge.draft { background: #59636e; } .badge.rejected { background: #cf222e; } .tag { border: 1px solid var(--line); border-radius: 2em; padding: 0 7px; font-size: 12px; color: var(--soft); }
.dot { font-weight: 700; } .dot.success { color: var(--green); } .dot.failure, .dot.timed_out { color: var(--red); } .dot.in_progress, .dot.queued, .dot.action_required { color: var(--amber); }
.dot.neutral, .dot.cancelled, .dot.skipped, .dot.stale { color: var(--grey); }
.split { display: grid; grid-template-columns: minmax(0, 1fr) 250px; gap: 24px; } aside section { border-bottom: 1px solid var(--line); padding: 12px 0; }
aside h3 { font-size: 12px; color: var(--soft); margin: 0 0 6px; } .event { color: var(--soft); padding: 6px 14px; border-left: 2px solid var(--line); margin-left: 18px; }
.markdown { overflow-wrap: anywhere; } .markdown > :first-child { margin-top: 0; } .markdown > :last-child { margin-bottom: 0; }
.markdown h1 { font-size: 20px; } .markdown h2 { font-size: 17px; } .markdown h3 { font-size: 15px; } .markdown h1, .markdown h2 { border-bottom: 1px solid var(--line); padding-bottom: 4px; }
.markdown blockquote { margin: 0 0 12px; padding: 0 12px; border-left: 3px solid var(--line); color: var(--soft); }
.markdown table { border-collapse: collapse; } .markdown th, .markdown td { border: 1px solid var(--line); padding: 4px 10px; } .markdown li.task { list-style: none; margin-left: -18px; }
.markdown details { border: 1px solid var(--line); border-radius: 6px; padding: 6px 12px; margin: 8px 0; } .markdown summary { cursor: pointer; } .mention { font-weight: 600; }
code { background: var(--shade); padding: 1px 5px; border-radius: 5px; } pre { background: var(--shade); padding: 12px; border-radius: 6px; overflow-x: auto; } pre code { padding: 0; background: none; }
.scroll { overflow-x: auto; } .diff { white-space: pre; overflow-x: auto; line-height: 20px; } .diff div { padding: 0 12px; min-width: max-content; }
.diff .a { background: var(--add); } .diff .d { background: var(--del); } .diff .h { background: var(--hunk); color: var(--soft); } .plus { color: var(--green); } .minus { color: var(--red); }
.reactions span { border: 1px solid var(--line); border-radius: 2em; padding: 1px 8px; margin-right: 4px; font-size: 12px; }
input[type=text], textarea, select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 5px 10px; width: 100%; }
select { width: auto; } textarea { min-height: 110px; } form p { margin: 0 0 8px; } form.inline { display: inline; }
button { font: inherit; font-weight: 500; color: var(--ink); background: var(--shade); border: 1px solid var(--line); border-radius: 6px; padding: 4px 14px; cursor: pointer; }
button.go { background: #1f883d; color: #fff; border-color: #1a7f37; } button.bare { border: 0; background: none; padding: 0 2px; }
form.add { margin: 8px 0; } form.add .bare { opacity: .75; margin: 2px 4px 2px 0; } form.add .bare:hover { opacity: 1; }
.tabs { display: flex; gap: 16px; border-bottom: 1px solid var(--line); margin: 14px 0; } .tabs a { color: var(--ink); padding: 6px 2px; } .tabs a[aria-current] { border-bottom: 2px solid #fd8c73; font-weight: 600; }
.warning { border-color: var(--red); }
@media (max-width: 760px) { .split { grid-template-columns: minmax(0, 1fr); } header form { margin-left: 0; } }
`;

/** Keeps an open page fresh, but never under a form that somebody is filling in. */
export const script = `
const live = new EventSource("/_live");
let stale = false;
const busy = () => [...document.querySelectorAll("main textarea, main input[type=text]")].some((field) => field.value !== field.defaultValue)
  || document.activeElement?.closest("main form select, main form input, main form textarea");
async function refresh() {
  if (busy()) { stale = true; return; }
  stale = false;
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const open = [...document.querySelectorAll("main details")].map((part) => part.open);
  const now = document.querySelector("main"), next = fresh.querySelector("main");
  if (now.innerHTML === next.innerHTML) return;
  now.replaceChildren(...next.childNodes);
  document.title = fresh.title;
  document.querySelectorAll("main details").forEach((part, at) => { if (open[at] !== undefined) part.open = open[at]; });
}
live.onmessage = refresh;
document.addEventListener("focusout", () => { if (stale) setTimeout(refresh, 100); });
`;
