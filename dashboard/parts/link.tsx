import type { ComponentChildren } from "preact";
import { useDesk } from "../desk.ts";
import { isWebAddress } from "../domain/web-address.ts";

type Rest = {
  class?: string;
  children: ComponentChildren;
  "aria-current"?: "page";
  "aria-label"?: string;
  title?: string;
};

/** To another page of the dashboard, without loading it anew. */
export function PageLink({ to, ...rest }: Rest & { to: string; "data-open"?: boolean }) {
  const { route } = useDesk();
  const go = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    route.go(to);
  };
  return <a {...rest} href={to} onClick={go} />;
}

/** Out of the dashboard: only to the web, and without telling where from. Anything else is shown as text. */
export function OutLink({ to, ...rest }: Rest & { to: string }) {
  if (!isWebAddress(to)) return <span class={rest.class ?? ""}>{rest.children}</span>;
  return <a {...rest} href={to} target="_blank" rel="noopener noreferrer nofollow" />;
}
