import type { ComponentChildren } from "preact";
import { useDesk } from "../desk.ts";
import { visibleLine } from "../domain/visible.ts";
import { icons } from "./icons.tsx";

/** The words that are looked for, kept in the address; `/` comes here. */
export function SearchField(of: { says: string; placeholder: string; children: ComponentChildren }) {
  const { route } = useDesk();
  return (
    <label class="field grows">
      <span class="unseen">{of.says}</span>
      {icons.search}
      <input
        type="search"
        data-filter
        placeholder={of.placeholder}
        value={route.query.value.get("q") ?? ""}
        onInput={(event) => route.filter({ q: event.currentTarget.value })}
      />
      {of.children}
    </label>
  );
}

/**
 * One of several, or all of them, kept in the address.
 * @param of.name its key there
 * @param of.options each value with its title
 */
export function ChoiceField(of: {
  title: string;
  all: string;
  name: string;
  options: readonly (readonly [value: string, title: string])[];
}) {
  const { route } = useDesk();
  const chosen = route.query.value.get(of.name) ?? "";
  const isThere = chosen === "" || of.options.some(([value]) => value === chosen);
  const shown = isThere ? of.options : [[chosen, chosen] as const, ...of.options];
  return (
    <label class={`field choice ${chosen === "" ? "" : "is-chosen"}`}>
      <span class="unseen">{of.title}</span>
      <select value={chosen} onChange={(event) => route.filter({ [of.name]: event.currentTarget.value })}>
        <option value="">{of.all}</option>
        {shown.map(([value, title]) => (
          <option key={value} value={value}>
            {visibleLine(title)}
          </option>
        ))}
      </select>
    </label>
  );
}
