import type { ComponentChildren } from "preact";
import { Scrolling } from "./scrolling.tsx";

/** A part of a page, under its title. */
export function Section({ title, note, children }: { title: string; note?: string; children: ComponentChildren }) {
  const id = title.toLowerCase().replace(/\W+/g, "-");
  return (
    <section class="panel" aria-labelledby={id}>
      <h2 id={id}>
        {title} {note === undefined ? null : <span class="faint">{note}</span>}
      </h2>
      {children}
    </section>
  );
}

/** A table that scrolls within its frame on a phone. */
export function Table({
  says,
  heads,
  children,
}: {
  says: string;
  heads: readonly string[];
  children: ComponentChildren;
}) {
  return (
    <Scrolling says={says} class="table-frame">
      <table class="listing">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Scrolling>
  );
}
