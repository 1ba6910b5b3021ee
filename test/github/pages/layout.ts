import { openCounts } from "../render/repositories.ts";
import { fullName, type Label, type Repository } from "../state/nouns.ts";
import type { World } from "../state/world.ts";
import { type Content, type Html, html } from "./html.ts";

/** Who looks at a page, and where. */
export interface Visit {
  world: World;
  /** The person that forms act as. */
  viewer: string;
  path: string;
  query: URLSearchParams;
}

export type Tab = "code" | "issues" | "pulls" | null;

/** The whole document around a page's content. */
export function layout(
  visit: Visit,
  page: { title: string; repository: Repository | null; tab: Tab; main: Content },
): string {
  const { repository } = page;
  const people = [...visit.world.users.values()].filter(({ type }) => type === "User");
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title><link rel="stylesheet" href="/_style.css"><script defer src="/_live.js"></script></head><body>
<header><span class="name"><a href="/">GitHub stand-in</a>${
    repository &&
    html` / <a href="/${repository.owner.login}">${repository.owner.login}</a> / <a href="/${fullName(repository)}">${repository.name}</a>
    <span class="tag">${repository.private ? "Private" : "Public"}</span>`
  }</span>${repository && tabs(repository, page.tab)}
<form method="post" action="/_viewer"><input type="hidden" name="back" value="${visit.path}">
<label class="note">acting as <select name="login">${people.map(({ login }) => option(login, login === visit.viewer))}</select></label>
<button>Change</button></form></header>
<main>${page.main}</main></body></html>`.text;
}

function option(value: string, selected: boolean): Html {
  return selected ? html`<option selected>${value}</option>` : html`<option>${value}</option>`;
}

/** `aria-current` for the tab that is open. */
export function current(is: boolean): Html {
  return is ? html` aria-current="page"` : html``;
}

function tabs(repository: Repository, tab: Tab): Html {
  const name = fullName(repository);
  const { issues, pulls } = openCounts(repository);
  return html`<nav><a href="/${name}"${current(tab === "code")}>Code</a>
<a href="/${name}/issues"${current(tab === "issues")}>Issues <span class="tag">${issues}</span></a>
<a href="/${name}/pulls"${current(tab === "pulls")}>Pull requests <span class="tag">${pulls}</span></a></nav>`;
}

/** A label in its colour, with ink that can be read on it. */
export function labelChip(label: Label): Html {
  const color = /^[0-9a-fA-F]{6}$/.test(label.color) ? label.color : "ededed";
  const part = (at: number): number => Number.parseInt(color.slice(at, at + 2), 16);
  const bright = part(0) * 0.299 + part(2) * 0.587 + part(4) * 0.114 > 150;
  return html`<span class="label" style="background:#${color};color:${bright ? "#1f2328" : "#fff"}">${label.name}</span>`;
}

export function when(date: Date): Html {
  const text = date.toISOString().replace("T", " ").slice(0, 19);
  return html`<time datetime="${date.toISOString()}">${text}</time>`;
}

/** "1 comment", "2 comments". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
